import * as kafka from '@pulumi/kafka';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { aclKey } from '../acls';
import type { AclEntry } from '../acls';
import type { Environment } from '../environment-schema';
import { usersOf } from '../identities';
import { PlainUser } from '../naap/plain-user';
import type { Provider } from '../naap/provider';
import { PRINCIPAL } from '../names';

/** Kafka's own default of rounds; the passwords are random, so more would protect nothing. */
const OWN_LOGIN = { mechanism: 'SCRAM-SHA-512', iterations: 4096 };

export interface PrincipalsArgs {
  readonly environment: Environment;
  readonly scramUsers: readonly string[];
  readonly acls: readonly AclEntry[];
  readonly kafkaPassword: (principal: string) => pulumi.Input<string>;
  readonly plainPassword: (gateway: string) => pulumi.Input<string>;
  readonly providers: {
    readonly kafka: kafka.Provider;
    readonly naap: Provider;
    /** Absent where nothing runs in Kubernetes. */
    readonly kubernetes: kubernetes.Provider | undefined;
  };
}

/** Every identity, its rights and its quota. */
export class Principals extends pulumi.ComponentResource {
  constructor(
    name: string,
    private readonly args: PrincipalsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super('naap:stack:Principals', name, {}, options);
    args.scramUsers.forEach((user) => this.scramUser(user, OWN_LOGIN));
    args.environment.adopted.identities.forEach(({ name: user, login }) => {
      if (login) this.scramUser(user, login);
    });
    this.plainUsers();
    args.acls.forEach((entry) => this.acl(entry));
    this.quotas();
    this.registerOutputs({});
  }

  private scramUser(username: string, { mechanism, iterations }: typeof OWN_LOGIN): void {
    const password = this.args.kafkaPassword(username);
    const credential = {
      username,
      password,
      scramMechanism: mechanism,
      scramIterations: iterations,
    };
    new kafka.UserScramCredential(username, credential, {
      ...this.child(),
      additionalSecretOutputs: ['password'],
    });
  }

  /** The gateways' users: lines of a file, or all of them in a secret that the brokers mount. */
  private plainUsers(): void {
    const { gateways, kafka } = this.args.environment;
    const names = gateways.map(({ name }) => name);
    const { plainUsers } = kafka;
    if ('file' in plainUsers) names.forEach((name) => this.plainUser(plainUsers.file, name));
    else this.usersSecret(plainUsers.secret, names);
  }

  private plainUser(usersFile: string, username: string): void {
    const args = { usersFile, username, password: this.args.plainPassword(username) };
    new PlainUser(username, args, { parent: this, provider: this.args.providers.naap });
  }

  private usersSecret(metadata: { namespace: string; name: string }, names: readonly string[]): void {
    const lines = names.map((name) => pulumi.interpolate`${name}=${this.args.plainPassword(name)}\n`);
    const users = pulumi.secret(pulumi.all(lines).apply((all) => all.join('')));
    const options = { parent: this, provider: this.args.providers.kubernetes };
    new kubernetes.core.v1.Secret(metadata.name, { metadata, stringData: { users } }, options);
  }

  private acl(entry: AclEntry): void {
    new kafka.Acl(
      aclKey(entry),
      {
        aclPrincipal: `User:${entry.principal}`,
        aclHost: '*',
        aclPermissionType: 'Allow',
        aclOperation: entry.operation,
        aclResourceType: entry.resourceType,
        aclResourceName: entry.name,
        resourcePatternTypeFilter: entry.pattern,
      },
      this.child(),
    );
  }

  private quotas(): void {
    const { gateways, quotas, adopted } = this.args.environment;
    for (const { name, producerByteRate } of gateways) {
      this.quota('user', name, {
        producer_byte_rate: String(producerByteRate ?? quotas.gatewayProducerByteRate),
      });
    }
    for (const user of usersOf(PRINCIPAL.query)) {
      this.quota('user', user, { consumer_byte_rate: String(quotas.queryConsumerByteRate) });
    }
    for (const { entityType, entityName, config } of adopted.quotas) {
      const limits = Object.entries(config).map(([key, value]) => [key, String(value)]);
      this.quota(entityType, entityName, Object.fromEntries(limits) as Record<string, string>);
    }
  }

  /** Deleted before it is replaced: the other way round the provider deletes the new one and says nothing. */
  private quota(entityType: string, entityName: string | undefined, config: Record<string, string>): void {
    const options = { ...this.child(), deleteBeforeReplace: true };
    const name = `${entityType}:${entityName ?? '(default)'}`;
    new kafka.Quota(name, { entityType, entityName, config }, options);
  }

  private child(): pulumi.CustomResourceOptions {
    return { parent: this, provider: this.args.providers.kafka };
  }
}
