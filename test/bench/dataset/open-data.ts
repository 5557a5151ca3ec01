import type { DataSet } from './data-set.js';
import { generate } from './generate.js';
import { readFolder } from './read-folder.js';
import type { Size } from './sizes.js';

/** Where data come from; small enough to be told to another process. */
export type DataSource =
  | { readonly kind: 'generated'; readonly size: Size; readonly seed: number }
  | { readonly kind: 'folder'; readonly path: string };

export function openData(source: DataSource): DataSet {
  return source.kind === 'generated' ? generate(source.size, source.seed) : readFolder(source.path);
}
