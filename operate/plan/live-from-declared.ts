import type { KindName } from '../../resources/kind';
import type { Acl } from '../../resources/acl/acl';
import type { Bucket } from '../../resources/bucket/bucket';
import type { BucketUser } from '../../resources/bucket-user/bucket-user';
import type { Connector } from '../../resources/connector/connector';
import type { DeclaredQuery, LiveObject } from '../../resources/query/query';
import type { Quota } from '../../resources/quota/quota';
import type { ScramUser } from '../../resources/scram-user/scram-user';
import type { Subject } from '../../resources/subject/subject';
import type { Topic } from '../../resources/topic/topic';

/** What a server would say of an object that was applied as declared: stands for the servers where nobody is asked. */
export const LIVE_FROM_DECLARED: Readonly<Record<KindName, (desired: never) => unknown>> = {
  topic: ({ partitions, replicationFactor, config }: Topic) => ({ partitions, replicationFactor, config }),
  'scram-user': ({ mechanism, iterations }: ScramUser) => ({ iterations: { [mechanism]: iterations } }),
  'plain-user': () => ({ hasPassword: true }),
  acl: (acl: Acl) => acl,
  quota: ({ config }: Quota) => config,
  subject: ({ schema, compatibility, ...rest }: Subject) => ({
    ...rest,
    schema,
    compatibility,
    version: 1,
    id: 1,
  }),
  query: liveQuery,
  connector: ({ config, state }: Connector) => ({ config, state, tasks: [] }),
  bucket: ({ versioning, lifecycle = [] }: Bucket) => ({ versioning, lifecycle }),
  'bucket-user': ({ policies }: BucketUser) => ({ enabled: true, policies, attached: Object.keys(policies) }),
  kubernetes: (object: unknown) => object,
};

function liveQuery({ name, statements }: DeclaredQuery): LiveObject {
  const made = statements.find(({ facts }) => facts.makes !== undefined);
  const running = statements.filter(({ facts }) => facts.writesTopic ?? facts.insertsInto);
  return {
    statement: made?.text,
    queries: running.map(({ text }, index) => ({
      id: `${name}_${index}`,
      text,
      state: 'RUNNING',
      sinks: [name],
    })),
  };
}
