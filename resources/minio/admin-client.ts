import { decryptFromAdmin, encryptForAdmin } from './encryption';
import { SignedHttp } from './signed-http';
import type { SignedAnswer, SignedRequest } from './signed-http';
import type { SigningKey } from './signature';

const ROOT = '/minio/admin/v3';

export interface UserInfo {
  readonly enabled: boolean;
  /** Names of the policies attached to the user itself. */
  readonly policies: readonly string[];
}

/** MinIO's admin API, as far as users and policies need it. */
export class MinioAdminClient {
  private readonly http: SignedHttp;

  constructor(
    private readonly endpoint: string,
    private readonly key: SigningKey,
    private readonly guard?: (request: SignedRequest) => void,
  ) {
    this.http = new SignedHttp(endpoint, key, guard);
  }

  async user(name: string): Promise<UserInfo | undefined> {
    const answer = await this.http.send({
      method: 'GET',
      path: `${ROOT}/user-info`,
      query: { accessKey: name },
    });
    if (hasCode(answer, 'XMinioAdminNoSuchUser')) return undefined;
    const { status, policyName } = JSON.parse(expectOk(answer)) as { status: string; policyName?: string };
    const policies = (policyName ?? '').split(',').filter((policy) => policy !== '');
    return { enabled: status === 'enabled', policies };
  }

  /** Names of all users. */
  async userNames(): Promise<string[]> {
    const answer = await this.http.send({ method: 'GET', path: `${ROOT}/list-users` });
    expectOk(answer);
    const plain = await decryptFromAdmin(this.key.secretKey, answer.bytes);
    return Object.keys(JSON.parse(plain.toString('utf8')) as Record<string, unknown>).sort();
  }

  /** Makes the user, or gives it this secret; enabled either way. */
  async setUser(name: string, secret: string): Promise<void> {
    const plain = Buffer.from(JSON.stringify({ secretKey: secret, status: 'enabled' }));
    const body = encryptForAdmin(this.key.secretKey, plain);
    expectOk(
      await this.http.send({ method: 'PUT', path: `${ROOT}/add-user`, query: { accessKey: name }, body }),
    );
  }

  /** Text of a policy document. */
  async policy(name: string): Promise<string | undefined> {
    const answer = await this.http.send({
      method: 'GET',
      path: `${ROOT}/info-canned-policy`,
      query: { name, v: '2' },
    });
    if (hasCode(answer, 'XMinioAdminNoSuchPolicy')) return undefined;
    const { Policy } = JSON.parse(expectOk(answer)) as { Policy: unknown };
    return JSON.stringify(Policy);
  }

  async setPolicy(name: string, document: string): Promise<void> {
    const body = Buffer.from(document);
    expectOk(
      await this.http.send({ method: 'PUT', path: `${ROOT}/add-canned-policy`, query: { name }, body }),
    );
  }

  /** Makes these the user's policies, and no others. */
  async attach(user: string, policies: readonly string[]): Promise<void> {
    const query = { policyName: policies.join(','), userOrGroup: user, isGroup: 'false' };
    expectOk(await this.http.send({ method: 'PUT', path: `${ROOT}/set-user-or-group-policy`, query }));
  }

  /** Whether the store takes a user's secret: what it may then do is its policy's matter. */
  async canLogIn(user: string, secret: string): Promise<boolean> {
    const login = { ...this.key, accessKey: user, secretKey: secret };
    const own = new SignedHttp(this.endpoint, login, this.guard);
    const answer = await own.send({ method: 'GET', path: '/' });
    return !['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'XMinioAdminNoSuchUser'].some((code) =>
      hasCode(answer, code),
    );
  }
}

function hasCode({ body }: SignedAnswer, code: string): boolean {
  return body.includes(`"${code}"`) || body.includes(`<Code>${code}</Code>`);
}

function expectOk({ status, body }: SignedAnswer): string {
  if (status < 200 || status > 299) throw new Error(`MinIO answers HTTP ${status}: ${reason(body)}`);
  return body;
}

function reason(body: string): string {
  return /"Message":"([^"]*)"/.exec(body)?.[1] ?? /<Message>([^<]*)</.exec(body)?.[1] ?? body.slice(0, 300);
}
