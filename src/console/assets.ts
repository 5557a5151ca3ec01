import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { START_SCRIPT } from './start-script.js';

/** A file that the page loads. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
  readonly gzipped: Buffer;
  /** Strong validator of the content. */
  readonly etag: string;
}

const require = createRequire(import.meta.url);

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';

/** The whole list: nothing else is served, whatever path is asked for. */
const SOURCES: ReadonlyMap<string, { readonly type: string; readonly read: () => Buffer }> =
  new Map([
    ['react.js', { type: SCRIPT, read: packaged('react', 'umd/react.production.min.js') }],
    [
      'react-dom.js',
      { type: SCRIPT, read: packaged('react-dom', 'umd/react-dom.production.min.js') },
    ],
    ['graphiql.js', { type: SCRIPT, read: packaged('graphiql', 'graphiql.min.js') }],
    ['graphiql.css', { type: STYLE, read: packaged('graphiql', 'graphiql.min.css') }],
    ['start.js', { type: SCRIPT, read: () => Buffer.from(START_SCRIPT, 'utf8') }],
  ]);

const loaded = new Map<string, Asset>();

/** The file of this name, read and compressed at its first use; `null` when there is none. */
export function assetNamed(name: string): Asset | null {
  const known = loaded.get(name);
  if (known) return known;
  const source = SOURCES.get(name);
  if (!source) return null;
  const content = source.read();
  const asset: Asset = {
    type: source.type,
    content,
    gzipped: gzipSync(content),
    etag: `"${createHash('sha256').update(content).digest('base64url')}"`,
  };
  loaded.set(name, asset);
  return asset;
}

/** By the package's folder, because not every package lets its browser build be imported by name. */
function packaged(name: string, path: string): () => Buffer {
  return () => readFileSync(join(dirname(require.resolve(`${name}/package.json`)), path));
}
