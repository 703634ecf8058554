import { z } from 'zod';
import type { DeclaredResource } from '../declared';
import { parseInputs } from '../inputs';

export const BUCKET_USER_TYPES = {
  user: 'minio:index/iamUser:IamUser',
  policy: 'minio:index/iamPolicy:IamPolicy',
  attachment: 'minio:index/iamUserPolicyAttachment:IamUserPolicyAttachment',
} as const;

/** A user of the object store with its policies, which three Pulumi resources declare. */
export interface BucketUser {
  readonly name: string;
  /** Reference of the secret key. */
  readonly secret: string;
  /** Policy documents by name. */
  readonly policies: Readonly<Record<string, string>>;
}

export interface LiveBucketUser {
  readonly enabled: boolean;
  /** Undefined: not tried. */
  readonly secretLogsIn?: boolean;
  /** Names of the attached policies. */
  readonly attached: readonly string[];
  /** Documents of the declared policies that exist. */
  readonly policies: Readonly<Record<string, string>>;
}

const userInputs = z.object({ name: z.string(), secret: z.string() });
const policyInputs = z.object({ name: z.string(), policy: z.string() });
const attachmentInputs = z.object({ userName: z.string(), policyName: z.string() });

/** Puts together what is said of each user. Throws for an attachment of what is not declared. */
export function parseBucketUsers(resources: readonly DeclaredResource[]): BucketUser[] {
  const ofType = (type: string): DeclaredResource[] => resources.filter((resource) => resource.type === type);
  const documents = new Map(
    ofType(BUCKET_USER_TYPES.policy).map((resource) => {
      const { name, policy } = parseInputs(resource, policyInputs);
      return [name, policy] as const;
    }),
  );
  const users = ofType(BUCKET_USER_TYPES.user).map((resource) => parseInputs(resource, userInputs));
  const attachments = ofType(BUCKET_USER_TYPES.attachment).map((resource) => {
    const { userName, policyName } = parseInputs(resource, attachmentInputs);
    const document = documents.get(policyName);
    if (document === undefined || !users.some(({ name }) => name === userName)) {
      throw new Error(
        `${resource.type} "${resource.name}": user "${userName}" or policy "${policyName}" is not declared`,
      );
    }
    return { userName, policyName, document };
  });
  return users.map((user) => {
    const own = attachments.filter(({ userName }) => userName === user.name);
    return {
      ...user,
      policies: Object.fromEntries(own.map(({ policyName, document }) => [policyName, document])),
    };
  });
}
