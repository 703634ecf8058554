import * as minio from '@pulumi/minio';
import * as pulumi from '@pulumi/pulumi';
import type { Environment } from '../environment-schema';
import { lakePolicy } from '../lake-policy';
import type { LakeUser } from '../lake-policy';

const DAY_MS = 86_400_000;

export interface LakeArgs {
  readonly lake: Environment['lake'];
  readonly users: readonly LakeUser[];
  readonly password: (user: string) => pulumi.Input<string>;
  readonly provider: minio.Provider;
}

/** The bucket with its versions and their end, and its users with the least rights. */
export class Lake extends pulumi.ComponentResource {
  constructor(
    name: string,
    private readonly args: LakeArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:Lake', name, {}, options);
    const bucket = this.bucket();
    this.versioning(bucket);
    this.lifecycle(bucket);
    if (args.lake.kmsKeyId) this.encryption(bucket, args.lake.kmsKeyId);
    args.users.forEach((user) => this.user(user));
    this.registerOutputs({ bucket: bucket.bucket });
  }

  private bucket(): minio.S3Bucket {
    const { bucket } = this.args.lake;
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
      { id: 'expire-raw', filter: 'raw/', expiration: `${days(retention.raw)}d` },
      { id: 'expire-old-versions', noncurrentVersionExpirationDays: days(retention.noncurrent) },
    ];
    new minio.IlmPolicy(this.args.lake.bucket, { bucket, rules }, this.child());
  }

  private encryption({ bucket }: minio.S3Bucket, kmsKeyId: string): void {
    const args = { bucket, encryptionType: 'aws:kms', kmsKeyId };
    new minio.S3BucketServerSideEncryption(this.args.lake.bucket, args, this.child());
  }

  private user(user: LakeUser): void {
    const { name } = user;
    const iamUser = new minio.IamUser(
      name,
      { name, secret: this.args.password(name), updateSecret: true },
      {
        ...this.child(),
        additionalSecretOutputs: ['secret'],
      },
    );
    const policy = new minio.IamPolicy(
      name,
      { name, policy: lakePolicy(this.args.lake.bucket, user) },
      this.child(),
    );
    const attachment = { userName: iamUser.name, policyName: policy.name };
    new minio.IamUserPolicyAttachment(name, attachment, this.child());
  }

  private child(): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.args.provider };
  }
}

function days(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / DAY_MS));
}
