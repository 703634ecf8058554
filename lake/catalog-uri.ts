/** How DuckDB attaches the database of a JDBC catalog: https://iceberg.apache.org/docs/latest/jdbc/ */
export interface CatalogDatabase {
  readonly type: 'sqlite' | 'postgres';
  /** DuckDB's extension for it. */
  readonly extension: 'sqlite_scanner' | 'postgres_scanner';
  /** Path, or libpq's connection string. */
  readonly target: string;
}

export interface CatalogLogin {
  readonly username: string;
  readonly password: string;
}

const POSTGRES_PORT = 5432;

/** Throws for a database that nothing here can read, naming those that can be. */
export function catalogDatabase(uri: string, login?: CatalogLogin): CatalogDatabase {
  if (uri.startsWith('jdbc:sqlite:')) {
    const target = uri
      .slice('jdbc:sqlite:'.length)
      .replace(/^file:/, '')
      .replace(/\?.*$/, '');
    return { type: 'sqlite', extension: 'sqlite_scanner', target };
  }
  if (uri.startsWith('jdbc:postgresql:')) {
    return { type: 'postgres', extension: 'postgres_scanner', target: libpq(uri, login) };
  }
  throw new Error(
    `catalog "${uri.replace(/:\/\/.*@/, '://…@')}": expected jdbc:sqlite: or jdbc:postgresql:, which are the catalogs that can be read here`,
  );
}

/** https://jdbc.postgresql.org/documentation/use/#connecting-to-the-database to https://www.postgresql.org/docs/current/libpq-connect.html */
function libpq(uri: string, login?: CatalogLogin): string {
  const url = new URL(uri.slice('jdbc:'.length));
  const options: Record<string, string | undefined> = {
    host: url.hostname,
    port: url.port || String(POSTGRES_PORT),
    dbname: decodeURIComponent(url.pathname.slice(1)),
    user: login?.username ?? url.searchParams.get('user') ?? undefined,
    password: login?.password ?? url.searchParams.get('password') ?? undefined,
    sslmode: url.searchParams.get('sslmode') ?? undefined,
  };
  return Object.entries(options)
    .flatMap(([name, value]) => (value ? [`${name}=${quoted(value)}`] : []))
    .join(' ');
}

function quoted(value: string): string {
  return `'${value.replace(/[\\']/g, (it) => `\\${it}`)}'`;
}
