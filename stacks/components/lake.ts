import * as minio from '@pulumi/minio';
import * as pulumi from '@pulumi/pulumi';
import type { Adopted } from '../adopted';
import type { Environment } from '../environment-schema';
import { lakePolicy } from '../lake-policy';
import type { LakeUser } from '../lake-policy';

const DAY_MS = 86_400_000;
/** The tables let go of a day first, then its snapshots expire: a table that refers to an object that is gone cannot be read. */
const UPKEEP_SLACK_MS = 14 * DAY_MS;

export interface LakeArgs {
  readonly lake: Environment['lake'];
  readonly users: readonly LakeUser[];
  readonly adopted: Pick<Adopted, 'buckets' | 'bucketUsers'>;
  readonly password: (user: string) => pulumi.Input<string>;
  readonly provider: minio.Provider;
}

/** The bucket with its versions and their end, and its users with the least rights. */
export class Lake extends pulumi.ComponentResource {
  private readonly policies = new Map<string, minio.IamPolicy>();

  constructor(
    name: string,
    private readonly args: LakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:Lake', name, {}, options);
    const bucket = this.bucket(args.lake.bucket);
    this.versioning(bucket);
    this.lifecycle(bucket);
    if (args.lake.kmsKeyId) this.encryption(bucket, args.lake.kmsKeyId);
    args.users.forEach((user) => this.user(user.name, { [user.name]: lakePolicy(args.lake.bucket, user) }));
    args.adopted.buckets.forEach((found) => this.adoptedBucket(found));
    args.adopted.bucketUsers.forEach(({ name: user, policies }) =>
      this.user(
        user,
        Object.fromEntries(Object.entries(policies).map(([key, text]) => [key, JSON.stringify(text)])),
      ),
    );
    this.registerOutputs({ bucket: bucket.bucket });
  }

  private bucket(bucket: string): minio.S3Bucket {
    const options = { ...this.child(), protect: true, retainOnDelete: true };
    return new minio.S3Bucket(bucket, { bucket, acl: 'private' }, options);
  }

  private versioning({ bucket }: minio.S3Bucket): void {
    const versioningConfiguration = { status: 'Enabled' };
    new minio.S3BucketVersioning(this.args.lake.bucket, { bucket, versioningConfiguration }, this.child());
  }

  private lifecycle({ bucket }: minio.S3Bucket): void {
    const { retention } = this.args.lake;
    const rules = [
      { id: 'expire-raw', filter: 'raw/', expiration: `${days(retention.raw + UPKEEP_SLACK_MS)}d` },
      { id: 'expire-old-versions', noncurrentVersionExpirationDays: days(retention.noncurrent) },
    ];
    new minio.IlmPolicy(this.args.lake.bucket, { bucket, rules }, this.child());
  }

  private encryption({ bucket }: minio.S3Bucket, kmsKeyId: string): void {
    const args = { bucket, encryptionType: 'aws:kms', kmsKeyId };
    new minio.S3BucketServerSideEncryption(this.args.lake.bucket, args, this.child());
  }

  /** A user with its policies, documents by name. */
  private user(name: string, policies: Readonly<Record<string, string>>): void {
    const iamUser = new minio.IamUser(
      name,
      { name, secret: this.args.password(name) },
      {
        ...this.child(),
        additionalSecretOutputs: ['secret'],
        // Changed in place the provider gives the user a secret of its own making, with and without `updateSecret`.
        replaceOnChanges: ['secret'],
        deleteBeforeReplace: true,
      },
    );
    for (const [policyName, document] of Object.entries(policies)) {
      const policy = this.policy(policyName, document);
      const attachment = { userName: iamUser.name, policyName: policy.name };
      const own = policyName === name ? name : `${name}:${policyName}`;
      new minio.IamUserPolicyAttachment(own, attachment, this.child());
    }
  }

  /** Users may share one. */
  private policy(name: string, document: string): minio.IamPolicy {
    const made =
      this.policies.get(name) ?? new minio.IamPolicy(name, { name, policy: document }, this.child());
    this.policies.set(name, made);
    return made;
  }

  private adoptedBucket({ name, versioning, lifecycle }: Adopted['buckets'][number]): void {
    const { bucket } = this.bucket(name);
    if (versioning) {
      const args = { bucket, versioningConfiguration: { status: versioning } };
      new minio.S3BucketVersioning(name, args, this.child());
    }
    if (lifecycle) new minio.IlmPolicy(name, { bucket, rules: lifecycle }, this.child());
  }

  private child(): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.args.provider };
  }
}

function days(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / DAY_MS));
}
