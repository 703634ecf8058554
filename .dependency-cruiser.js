/**
 * Who may import whom. Rooms are the top-level folders (table in docs and in each room's README.md); inside the engine
 * the layers have an order, and each may use only those before it.
 */

/** Room -> rooms that it may import besides itself. */
const ROOMS = {
  engine: [],
  resources: ['engine'],
  stacks: ['resources', 'engine'],
  scraper: [],
  policy: [],
  lab: ['resources', 'stacks'],
  lake: ['resources', 'stacks'],
  operate: ['engine', 'resources', 'stacks', 'policy'],
  cli: ['engine', 'resources', 'stacks', 'scraper', 'policy', 'lab', 'lake', 'operate'],
  bench: ['engine', 'resources', 'stacks', 'scraper', 'policy', 'lab', 'lake', 'cli', 'operate', 'tests'],
  tests: ['engine', 'resources', 'stacks', 'scraper', 'policy', 'lab', 'lake', 'cli', 'operate', 'bench'],
};

/** The engine's layers: each may import itself and what stands before it. */
const LAYERS = [
  ['source', 'diagnostics'],
  ['lexer'],
  ['ast'],
  ['parser'],
  ['printer'],
  ['types'],
  ['catalog'],
  ['functions'],
  ['expressions'],
  ['analyzer'],
  ['planner'],
  ['lint'],
  ['formats'],
  ['runtime'],
  ['server'],
  ['testing'],
];

/** Tests and what only they use. */
const TESTS = '(\\.test|/test-support|/golden-file)\\.ts$';
const DATA_ROOMS = ['connectors', 'ksql', 'schemas'];

const roomRules = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room}/ may import ${allowed.length > 0 ? allowed.map((name) => `${name}/`).join(', ') : 'no other room'}`,
  severity: 'error',
  from: { path: `^${room}/`, pathNot: TESTS },
  to: {
    path: `^(${[...Object.keys(ROOMS), ...DATA_ROOMS].filter((it) => it !== room && !allowed.includes(it)).join('|')})/`,
  },
}));

const layerRules = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `engine-layer-${layer.join('-')}`,
  comment: `engine/{${layer.join(',')}} may not use a later layer`,
  severity: 'error',
  from: { path: `^engine/(${layer.join('|')})/`, pathNot: TESTS },
  // A type may come from a later layer: `runtime/contracts.ts` is what planner and formats promise to fit.
  to: {
    path: `^engine/(${LAYERS.slice(index + 1)
      .flat()
      .join('|')})/`,
    dependencyTypesNot: ['type-only'],
  },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    ...layerRules,
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-front-end',
      comment:
        'From text to plan the engine touches neither files nor network: what it needs is handed to it.',
      severity: 'error',
      from: {
        path: '^engine/(source|diagnostics|lexer|ast|parser|printer|types|catalog|expressions|analyzer|planner)/',
        pathNot: TESTS,
      },
      to: {
        path: '^(node:)?(fs|fs/promises|net|http|https|http2|child_process|dgram|tls|dns)$',
        dependencyTypes: ['core'],
      },
    },
    {
      name: 'no-development-packages',
      comment: 'What runs must not need a package that is installed for development only.',
      severity: 'error',
      from: { path: '^(cli|engine|lab|operate|resources|stacks|scraper/src|policy)/', pathNot: TESTS },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A package that package.json does not name is there by luck.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|testdata|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
