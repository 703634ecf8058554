import http from 'node:http';
import https from 'node:https';
import { Client } from 'minio';
import type { LifecycleConfig } from 'minio';
import { retry } from '../retry';
import type { Bucket, LifecycleRule, LiveBucket } from './bucket';

const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'SlowDown',
  'XMinioServerNotInitialized',
  'ServiceUnavailable',
]);
const NO_BUCKET = 'NoSuchBucket';
const NO_LIFECYCLE = 'NoSuchLifecycleConfiguration';
const NO_POLICY = 'NoSuchBucketPolicy';

export interface ObjectStoreLogin {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export type RequestGuard = (request: { readonly method: string; readonly path: string }) => void;

function guardedTransport(useSSL: boolean, guard: RequestGuard): Pick<typeof http, 'request'> {
  const { request } = useSSL ? https : http;
  const guarded = (options: http.RequestOptions, callback?: (answer: http.IncomingMessage) => void) => {
    guard({ method: options.method ?? 'GET', path: options.path ?? '/' });
    return request(options, callback);
  };
  return { request: guarded as typeof http.request };
}

/** Reads and changes buckets. */
export class BucketClient {
  private readonly s3: Client;

  /** `guard` sees the method and path of every request before it is sent; it throws when it must not be. */
  constructor(login: ObjectStoreLogin, guard?: RequestGuard) {
    const { hostname, port, protocol } = new URL(login.endpoint);
    const useSSL = protocol === 'https:';
    const defaultPort = useSSL ? 443 : 80;
    this.s3 = new Client({
      endPoint: hostname,
      port: port === '' ? defaultPort : Number(port),
      useSSL,
      accessKey: login.accessKey,
      secretKey: login.secretKey,
      region: login.region,
      ...(guard ? { transport: guardedTransport(useSSL, guard) } : {}),
    });
  }

  async read(name: string): Promise<LiveBucket | undefined> {
    return this.run(async () => {
      const versioning = await this.versioning(name);
      if (!versioning) return undefined;
      return {
        versioning: versioning.status,
        lifecycle: await this.lifecycle(name),
        policy: await this.policy(name),
      };
    });
  }

  async names(): Promise<string[]> {
    const buckets = await this.run(() => this.s3.listBuckets());
    return buckets.map(({ name }) => name).sort();
  }

  async create({ name }: Bucket): Promise<void> {
    await this.run(() => this.s3.makeBucket(name));
  }

  async setVersioning(name: string, status: string): Promise<void> {
    await this.run(() => this.s3.setBucketVersioning(name, { Status: status } as never));
  }

  async setLifecycle(name: string, rules: readonly LifecycleRule[]): Promise<void> {
    const config = { Rule: rules.map(wireRule) } as unknown as LifecycleConfig;
    await this.run(() => this.s3.setBucketLifecycle(name, config));
  }

  /** The bucket is private then: only users' own policies open it. */
  async removePolicy(name: string): Promise<void> {
    await this.run(() => this.s3.setBucketPolicy(name, ''));
  }

  /** Undefined where there is no such bucket: asking for that alone takes the right to list its objects. */
  private async versioning(name: string): Promise<{ readonly status?: string } | undefined> {
    try {
      const found = (await this.s3.getBucketVersioning(name)) as { Status?: string } | '';
      return { status: found === '' ? undefined : found.Status };
    } catch (error) {
      if ((error as { code?: string }).code === NO_BUCKET) return undefined;
      throw error;
    }
  }

  private async policy(name: string): Promise<string | undefined> {
    try {
      return await this.s3.getBucketPolicy(name);
    } catch (error) {
      if ((error as { code?: string }).code === NO_POLICY) return undefined;
      throw error;
    }
  }

  private async lifecycle(name: string): Promise<LifecycleRule[]> {
    try {
      const config = (await this.s3.getBucketLifecycle(name)) as unknown as {
        Rule?: WireRule | WireRule[];
      } | null;
      const rules = config?.Rule ?? [];
      return (Array.isArray(rules) ? rules : [rules])
        .filter(({ Status }) => Status === 'Enabled')
        .map(liveRule);
    } catch (error) {
      if ((error as { code?: string }).code === NO_LIFECYCLE) return [];
      throw error;
    }
  }

  private run<T>(work: () => Promise<T>): Promise<T> {
    return retry(work, { isTransient: (error) => TRANSIENT.has((error as { code?: string }).code ?? '') });
  }
}

interface WireRule {
  readonly ID: string | number;
  readonly Status: string;
  readonly Filter?: { readonly Prefix?: string } | '';
  readonly Expiration?: { readonly Days?: number | string };
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays?: number | string };
}

function wireRule({ id, prefix, expireDays, noncurrentExpireDays }: LifecycleRule): WireRule {
  return {
    ID: id,
    Status: 'Enabled',
    Filter: { Prefix: prefix },
    ...(expireDays === undefined ? {} : { Expiration: { Days: expireDays } }),
    ...(noncurrentExpireDays === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentExpireDays } }),
  };
}

function liveRule({ ID, Filter, Expiration, NoncurrentVersionExpiration }: WireRule): LifecycleRule {
  const number = (value: number | string | undefined): number | undefined =>
    value === undefined ? undefined : Number(value);
  return {
    id: String(ID),
    prefix: (Filter ? Filter.Prefix : '') ?? '',
    expireDays: number(Expiration?.Days),
    noncurrentExpireDays: number(NoncurrentVersionExpiration?.NoncurrentDays),
  };
}
