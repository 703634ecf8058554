import type { LakeCatalog } from './access';
import type { CatalogLogin } from './catalog-uri';

/** Why a declared table cannot be asked yet. */
export const NOTHING_YET = 'no record has reached it yet';

const NOT_FOUND = 404;
const TIMEOUT_MS = 30_000;

/**
 * Where the metadata of a table lies, as an Iceberg REST catalog says:
 * https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml.
 * @throws Error with the catalog's answer when it refuses, or when the table is not there
 */
export async function restMetadataLocation(
  catalog: LakeCatalog,
  table: string,
  login?: CatalogLogin,
): Promise<string> {
  const root = catalog.uri.replace(/\/+$/, '');
  const headers = login ? { authorization: `Bearer ${await token(catalog, root, login)}` } : undefined;
  const warehouse = catalog.warehouse ? `?warehouse=${encodeURIComponent(catalog.warehouse)}` : '';
  const config = (await ask(`${root}/v1/config${warehouse}`, { headers })) as CatalogConfig;
  const prefix = config.overrides?.prefix ?? config.defaults?.prefix;
  const [namespace, name] = table.split('.') as [string, string];
  const path = ['v1', ...(prefix ? [prefix] : []), 'namespaces', namespace, 'tables', name].map(
    encodeURIComponent,
  );
  const found = await ask(`${root}/${path.join('/')}`, { headers });
  const location = (found as { 'metadata-location'?: string } | undefined)?.['metadata-location'];
  if (location === undefined) throw new Error(NOTHING_YET);
  return location;
}

interface CatalogConfig {
  readonly defaults?: { readonly prefix?: string };
  readonly overrides?: { readonly prefix?: string };
}

/** Client credentials of OAuth2. */
async function token(
  { oauthUri }: LakeCatalog,
  root: string,
  { username, password }: CatalogLogin,
): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: username,
    client_secret: password,
    scope: 'catalog',
  };
  const body = new URLSearchParams(form);
  const answer = await ask(oauthUri ?? `${root}/v1/oauth/tokens`, { method: 'POST', body });
  const { access_token: granted } = (answer ?? {}) as { access_token?: string };
  if (granted === undefined) throw new Error('the catalog gives no token to this client');
  return granted;
}

/** Undefined for what is not there. Never says what was sent: it may hold a secret. */
async function ask(url: string, options: RequestInit): Promise<unknown> {
  const answer = await fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (answer.status === NOT_FOUND) return undefined;
  if (!answer.ok) throw new Error(`the catalog answers ${answer.status} to ${new URL(url).pathname}`);
  return answer.json();
}
