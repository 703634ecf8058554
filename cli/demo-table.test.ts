import { SLA_COLUMNS, slaTable, summarise } from './demo-table';

const COLUMNS = SLA_COLUMNS.map((name) => name.toUpperCase());
const A = '0x52cf2968b3dc6016778742d3539449a6597d5954';

function minute(values: Partial<Record<(typeof SLA_COLUMNS)[number], unknown>>): unknown[] {
  return SLA_COLUMNS.map((column) => values[column] ?? null);
}

describe('summarise', () => {
  it('adds up sums and counts, and keeps the score of the newest minute that has one', () => {
    const rows = [
      minute({
        orchestrator: A,
        model: 'm',
        window_start: 120,
        requested: 4,
        started: 4,
        output_fps_sum: 30,
        output_fps_count: 2,
        sla_score: 90,
      }),
      minute({
        orchestrator: A,
        model: 'm',
        window_start: 60,
        requested: 2,
        started: 1,
        output_fps_sum: 60,
        output_fps_count: 2,
        sla_score: 50,
      }),
      minute({ orchestrator: A, model: 'm', window_start: 180, requested: 0 }),
    ];
    const [summary] = summarise({ columns: COLUMNS, rows });
    expect(summary).toMatchObject({
      requested: 6,
      started: 5,
      fpsSum: 90,
      fpsCount: 4,
      score: { windowStart: 120, value: 90 },
    });
  });

  it('keeps orchestrators and models apart, in order', () => {
    const rows = [
      minute({ orchestrator: 'b', model: 'm' }),
      minute({ orchestrator: 'a', model: 'n' }),
      minute({ orchestrator: 'a', model: 'm' }),
    ];
    expect(summarise({ columns: COLUMNS, rows }).map((it) => it.orchestrator + it.model)).toEqual([
      'am',
      'an',
      'bm',
    ]);
  });

  it('is empty for no rows', () => {
    expect(summarise({ columns: [], rows: [] })).toEqual([]);
  });
});

describe('slaTable', () => {
  const summaries = summarise({
    columns: COLUMNS,
    rows: [
      minute({ orchestrator: A, model: 'few', requested: 1, sla_score: 99.94, window_start: 1 }),
      minute({
        orchestrator: A,
        model: 'many',
        requested: 9,
        prompt_to_first_frame_sum_ms: 900,
        prompt_to_first_frame_count: 2,
        sla_score: 80,
      }),
    ],
  });

  it('shows means of what was counted, nothing where nothing was, and marks what misses the target', () => {
    const text = slaTable(summaries, 10);
    expect(text).toContain('0x52cf29…5954');
    expect(text).toContain('450 ms');
    expect(text).toContain('80.0 !');
    expect(text).toMatch(/99\.9 +│/);
  });

  it('shows the busiest first and says how many it leaves out', () => {
    const text = slaTable(summaries, 1);
    expect(text).toContain('many');
    expect(text).not.toContain('few');
    expect(text).toContain('… and 1 more');
  });
});
