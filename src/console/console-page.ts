import { assetNamed } from './assets.js';
import { PAGE_DOCUMENT, PAGE_POLICY } from './page-document.js';

/** As much of a request as the page looks at. */
export interface ConsoleRequest {
  readonly url?: string | undefined;
  readonly headers: {
    readonly accept?: string | undefined;
    readonly 'accept-encoding'?: string | string[] | undefined;
    readonly 'if-none-match'?: string | undefined;
  };
}

export interface ConsoleResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const PAGE_PATH = '/graphql';
const ASSET_PATH = '/graphql/assets/';

const ALWAYS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/**
 * What a browser is shown at `/graphql`: GraphiQL, which works without any other host. The caller has
 * found out already who is asking.
 * @returns `null` for whatever is no request for the page or for one of its files.
 */
export function consolePage(request: ConsoleRequest): ConsoleResponse | null {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path.startsWith(ASSET_PATH)) return assetAt(path.slice(ASSET_PATH.length), request);
  if (path !== PAGE_PATH || !wantsPage(request.headers.accept ?? '')) return null;
  return {
    status: 200,
    headers: {
      ...ALWAYS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': PAGE_POLICY,
      'Cache-Control': 'no-store',
      Vary: 'Accept',
    },
    body: PAGE_DOCUMENT,
  };
}

function assetAt(name: string, { headers }: ConsoleRequest): ConsoleResponse | null {
  const asset = assetNamed(name);
  if (!asset) return null;
  const common = {
    ...ALWAYS,
    ETag: asset.etag,
    // Kept, but asked about each time: an update of this program is seen at once.
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding',
  };
  if (headers['if-none-match'] === asset.etag) return { status: 304, headers: common, body: '' };
  const gzip = String(headers['accept-encoding'] ?? '').includes('gzip');
  return {
    status: 200,
    headers: {
      ...common,
      'Content-Type': asset.type,
      ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    },
    body: gzip ? asset.gzipped : asset.content,
  };
}

/** A browser asks for `text/html` when it shows an address; programs ask for JSON or for anything. */
function wantsPage(accept: string): boolean {
  return accept.includes('text/html') && !accept.includes('json');
}
