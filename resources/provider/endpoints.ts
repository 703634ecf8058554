import type { Properties } from './wire';

/**
 * Arguments of the explicit provider. Resources carry their own endpoints; these are only for `pulumi import`, which
 * knows nothing but a name.
 */
export interface Endpoints {
  readonly registry?: Login;
  readonly ksqldb?: Login;
  /** The Connect clusters. */
  readonly connect: readonly Login[];
  readonly plainUsersFile?: string;
}

export interface Login {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
}

/** Reads the provider's arguments: flat texts, `connectUrls` separated by commas; the clusters have one login, or none. */
export function readEndpoints(args: Properties): Endpoints {
  const text = (name: string): string | undefined => {
    const value = args[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const login = (name: string): Login | undefined => {
    const url = text(`${name}Url`);
    return url === undefined
      ? undefined
      : { url, username: text(`${name}Username`), password: text(`${name}Password`) };
  };
  return {
    registry: login('registry'),
    ksqldb: login('ksqldb'),
    connect: (text('connectUrls') ?? '')
      .split(',')
      .filter((url) => url !== '')
      .map((url) => ({ url, username: text('connectUsername'), password: text('connectPassword') })),
    plainUsersFile: text('plainUsersFile'),
  };
}

/** The endpoint that an import needs. Throws with the argument that is missing. */
export function needed<T>(value: T | undefined, argument: string): T {
  if (value !== undefined) return value;
  throw new Error(
    `an import knows only a name: give the provider "${argument}" (new Provider('naap', { ${argument}: … }))`,
  );
}
