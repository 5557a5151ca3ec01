import { GatehouseError } from '../../domain/index.js';

/** Where the data is, taken apart. */
export type StoreUrl =
  | { readonly dialect: 'sqlite'; readonly path: string }
  | {
      readonly dialect: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly password: string;
      readonly database: string;
    };

const SQLITE = 'sqlite:';

/**
 * Reads `sqlite:<path>` or `mysql://user:password@host:port/database`.
 * @throws GatehouseError `INPUT_INVALID`; it never repeats the URL, which may hold a password.
 */
export function parseStoreUrl(url: string): StoreUrl {
  if (url.startsWith(SQLITE)) {
    const path = url.slice(SQLITE.length);
    // Readers and the writer have a connection each, and a memory database exists for one only.
    if (path === '' || path.startsWith(':')) {
      throw invalid('must name a file after sqlite:');
    }
    return { dialect: 'sqlite', path };
  }
  if (!url.startsWith('mysql://') || !URL.canParse(url)) {
    throw invalid('must be sqlite:<path> or mysql://user:password@host:port/database');
  }
  const parts = new URL(url);
  const database = decoded(parts.pathname.slice(1));
  if (database === '' || database.includes('/')) throw invalid('must name one database');
  if (parts.search !== '' || parts.hash !== '') throw invalid('takes no parameters after the name');
  return {
    dialect: 'mysql',
    host: parts.hostname.replace(/^\[|\]$/g, ''),
    port: parts.port === '' ? 3306 : Number(parts.port),
    username: decoded(parts.username),
    password: decoded(parts.password),
    database,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalid('holds a per cent sign that encodes nothing; write it as %25', cause);
  }
}

function invalid(reason: string, cause?: unknown): GatehouseError {
  return new GatehouseError('INPUT_INVALID', { field: 'DATABASE_URL', reason }, { cause });
}
