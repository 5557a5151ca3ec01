import { GatehouseError } from './errors.js';

/** Most items one page may hold, everywhere. */
export const MAX_PAGE_SIZE = 1_000;
export const DEFAULT_PAGE_SIZE = 50;

/** A page request: at most `first` items that come after `after` in the list's own stable order. */
export interface PageRequest<Cursor> {
  readonly first: number;
  readonly after: Cursor | null;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Whether the list goes on after the last item. */
  readonly hasMore: boolean;
  /** Items in the whole list. */
  readonly total: number;
}

/** @throws GatehouseError `PAGE_INVALID` unless 1 ≤ first ≤ MAX_PAGE_SIZE. */
export function requirePageSize(first: number): number {
  if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE_SIZE) {
    throw new GatehouseError('PAGE_INVALID', {
      reason: `ask for between 1 and ${MAX_PAGE_SIZE} items`,
    });
  }
  return first;
}
