import { aclKind } from '../resources/acl/index';
import { bucketKind } from '../resources/bucket/index';
import { bucketUserKind } from '../resources/bucket-user/index';
import { connectorKind } from '../resources/connector/index';
import { anyKind } from '../resources/kind';
import type { ResourceKind } from '../resources/kind';
import { kubernetesKind } from '../resources/kubernetes/index';
import { plainUserKind } from '../resources/plain-user/index';
import { queryKind } from '../resources/query/index';
import { quotaKind } from '../resources/quota/index';
import { scramUserKind } from '../resources/scram-user/index';
import { subjectKind } from '../resources/subject/index';
import { topicKind } from '../resources/topic/index';

/** Nobody is asked: only what is pure of a kind may be used. */
function nobody(): never {
  return new Proxy(
    {},
    {
      get: () => {
        throw new Error('this kind is connected to nothing');
      },
    },
  ) as never;
}

/** Every kind for its pure parts: `types`, `parse`, `key`, `compare`, `describe`. */
export function kindForms(): readonly ResourceKind[] {
  return [
    anyKind(topicKind(nobody())),
    anyKind(scramUserKind(nobody())),
    anyKind(plainUserKind(nobody(), nobody())),
    anyKind(aclKind(nobody())),
    anyKind(quotaKind(nobody())),
    anyKind(subjectKind(nobody())),
    anyKind(queryKind(nobody())),
    anyKind(connectorKind(nobody())),
    anyKind(bucketKind(nobody())),
    anyKind(bucketUserKind(nobody(), nobody())),
    anyKind(kubernetesKind),
  ];
}
