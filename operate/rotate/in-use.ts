import type { ConnectClient } from '../../resources/connector/connect-client';
import type { Environment } from '../../stacks/environment-schema';
import { PRINCIPAL } from '../../stacks/names';

/**
 * Who logs in as a user. Kafka keeps no record of logins, and no request of its protocol tells as whom a client came. What can be
 * known is what others were told to log in as: connectors say so in their configuration, which Connect shows. Whoever else acts
 * for an identity is named, and somebody has to look there.
 */
export interface LoginsSeen {
  /** Who is seen to log in as the user: a sentence's subject. */
  readonly seen: readonly string[];
  /** Who acts for its identity and cannot be seen from here. */
  readonly unseen: readonly string[];
}

export interface LoginSources {
  readonly environment: Environment;
  readonly connect: (url: string) => Pick<ConnectClient, 'all'>;
  /** Texts of the configuration that parts on this machine run with, by what runs so; those are seen. */
  readonly local: ReadonlyMap<string, string>;
}

/** A user that somebody logs in as is not retired. */
export class UserInUseError extends Error {}

/** Looks where it can be seen who logs in as `user`, one of the two of `principal`. */
export async function loginsAs(
  user: string,
  principal: string,
  { environment, connect, local }: LoginSources,
): Promise<LoginsSeen> {
  const clusters = Object.entries(environment.connect.clusters);
  const connectors = await Promise.all(
    clusters.map(async ([cluster, { url }]) =>
      [...(await connect(url).all())]
        .filter(([, { config }]) => Object.values(config).some((value) => names(value, user)))
        .map(([name]) => `connector ${name} (${cluster})`),
    ),
  );
  const parts = [...local].filter(([, text]) => names(text, user)).map(([part]) => part);
  const unseen =
    local.size > 0 ? othersFor(principal) : [...othersFor(principal), ...partsFor(principal, environment)];
  return { seen: [...new Set(connectors.flat()), ...parts], unseen };
}

/**
 * @throws UserInUseError while anybody is seen to log in as `user`; and while nobody has looked where that cannot be seen
 */
export function requireUnused(user: string, { seen, unseen }: LoginsSeen, isConfirmed: boolean): void {
  if (seen.length > 0) {
    const verb = seen.length > 1 ? 'log' : 'logs';
    throw new UserInUseError(
      `user "${user}" is still in use: ${seen.join(', ')} ${verb} in as it; apply the stack, so that the other user takes over`,
    );
  }
  if (unseen.length > 0 && !isConfirmed)
    throw new UserInUseError(
      `whether ${unseen.join(', ')} still ${unseen.length > 1 ? 'log' : 'logs'} in as "${user}" cannot be seen from here, as Kafka keeps no record of logins: look there, then say --confirm`,
    );
}

/** `username="x"` of a JAAS line, `username: x` and `"username": "x"` of a file. */
function names(text: string, user: string): boolean {
  const users = text.matchAll(/\busername\b["']?\s*[=:]\s*\\?["']?([A-Za-z0-9._-]+)/g);
  return [...users].some(([, name]) => name === user);
}

/** Deployments: processes of the lab, or pods of a cluster. */
function partsFor(principal: string, { connect }: Environment): string[] {
  if (principal === PRINCIPAL.ksqldb) return ['the servers of ksqlDB'];
  if (principal === PRINCIPAL.scraper) return ['the scraper'];
  return Object.entries(connect.clusters)
    .filter(([, { worker }]) => worker.principal === principal)
    .map(([name]) => `the workers of the Connect cluster "${name}"`);
}

/** Clients of people. */
function othersFor(principal: string): string[] {
  if (principal === PRINCIPAL.query) return ['a client that reads what is served'];
  return principal === PRINCIPAL.drift ? ['a runner of ./naap drift'] : [];
}
