import { namedVersion } from '../../resources/query/named-version';
import { UNDECLARED } from '../undeclared';
import { sorted } from './proposal';
import type { AdoptInput, Outcome, Proposals } from './proposal';

/** Settings that a declaration writes down even where the broker's default holds. */
const ALWAYS_SAID = ['cleanup.policy', 'min.insync.replicas', 'retention.ms'];

/** Topics as they are: partitions, copies, and the settings that are their own. */
export async function proposeTopics(input: AdoptInput): Promise<Proposals> {
  const names = await UNDECLARED.topic(input);
  const client = input.access.topics();
  const [live, own] = await Promise.all([client.read(names), client.ownSettings(names)]);
  return sorted(
    names.flatMap((name): Outcome[] => {
      const found = live.get(name);
      if (!found) return [];
      const retired = namedVersion(name, Object.keys(input.versions));
      if (retired)
        return [
          {
            kind: 'topic',
            name,
            reason: `version ${retired.version} of ${retired.object} left it`,
            remedy:
              'delete it by hand when nobody reads it any more, or declare that version in ksql/versions.yaml',
          },
        ];
      const { partitions, replicationFactor, config } = found;
      const said = Object.keys(config).filter((key) => own.get(name)?.has(key) || ALWAYS_SAID.includes(key));
      const settings = Object.fromEntries(said.sort().map((key) => [key, config[key]!]));
      return [
        {
          objects: [{ kind: 'topic', name }],
          files: [],
          lines: { topics: [{ name, partitions, replicationFactor, config: settings }] },
          notes: [],
        },
      ];
    }),
  );
}
