import { QUOTA_KEYS } from '../../resources/quota/quota';
import { UNDECLARED } from '../undeclared';
import { sorted } from './proposal';
import type { AdoptInput, Outcome, Proposals } from './proposal';

const DEFAULT = '(default)';

/** Limits of users and client ids. */
export async function proposeQuotas(input: AdoptInput): Promise<Proposals> {
  const quotas = await UNDECLARED.quota(input);
  return sorted(
    quotas.map(({ key, live }): Outcome => {
      const [, type, name] = /^(\S+) (.*)$/s.exec(key) ?? [];
      const unknown = Object.keys(live).filter((limit) => !QUOTA_KEYS.some((known) => known === limit));
      if (unknown.length > 0)
        return {
          kind: 'quota',
          name: key,
          reason: `it limits ${unknown.join(', ')}, which no declaration can`,
          remedy: `take that limit away; ${QUOTA_KEYS.join(', ')} can be declared`,
        };
      const entity = {
        entityType: type as 'user' | 'client-id',
        ...(name === DEFAULT ? {} : { entityName: name! }),
      };
      return {
        objects: [{ kind: 'quota', name: key }],
        files: [],
        lines: { quotas: [{ ...entity, config: { ...live } }] },
        notes: [],
      };
    }),
  );
}
