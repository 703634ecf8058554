import avro from 'avsc';
import type { Schema } from 'avsc';
import type { Subject } from '../../resources/subject/subject';

/**
 * What speaks against `after` as the version that follows `before` under a rule, decided without a registry; undefined:
 * nothing. Transitive rules need every version, which only a registry has: they are judged by the newest one here.
 */
export function avroIncompatibility(
  before: string,
  after: string,
  rule: Subject['compatibility'],
): string | undefined {
  const reads = (reader: string, writer: string): string | undefined => {
    try {
      typeOf(reader).createResolver(typeOf(writer));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };
  const base = rule.replace(/_TRANSITIVE$/, '');
  const backward = base === 'BACKWARD' || base === 'FULL' ? reads(after, before) : undefined;
  const forward = base === 'FORWARD' || base === 'FULL' ? reads(before, after) : undefined;
  return backward ?? forward;
}

function typeOf(schema: string): avro.Type {
  return avro.Type.forSchema(JSON.parse(schema) as Schema);
}
