import { MAX_NAME_LENGTH, type NameKey, nameKey } from '../../domain/index.js';
import type { ReadList } from './entity-documents.js';
import { PAGE_SIZE, readPages } from './entity-pages.js';
import type { CrowdAnswer, CrowdRequest, HttpExchange } from './http-exchange.js';
import { Patience } from './patience.js';
import { ReadAhead } from './read-ahead.js';
import { requireSuccess } from './refusal.js';
import { anyOfNames, EVERYTHING } from './search-restriction.js';
import { fitsXml } from './xml-text.js';

export type EntityType = 'user' | 'group';

/** Names in one search: with the longest names the request still stays below 150 KiB. */
const NAMES_PER_SEARCH = 200;

/** All entities of a type, page by page. */
export async function* readAll<Entity extends { readonly name: string }>(
  exchange: HttpExchange,
  type: EntityType,
  readList: ReadList<Entity>,
): AsyncGenerator<readonly Entity[], void, void> {
  const patience = new Patience();
  const pages = new ReadAhead({
    pageSize: PAGE_SIZE,
    ask: (startIndex) =>
      search(exchange, type, EVERYTHING, {
        startIndex,
        maxResults: PAGE_SIZE,
        allowance: 'PAGE',
        patience,
      }),
    read: ({ body, faults }) => readList(body, faults),
  });
  try {
    yield* readPages((startIndex) => pages.page(startIndex), exchange.faults);
  } finally {
    pages.end();
  }
}

/**
 * The entities of a type that have one of `names`, by key: one request for each 200 different names. What
 * the server gives beyond them is dropped.
 */
export async function findByName<Entity extends { readonly name: string }>(
  exchange: HttpExchange,
  type: EntityType,
  names: readonly string[],
  readList: ReadList<Entity>,
): Promise<ReadonlyMap<NameKey, Entity>> {
  const asked = new Map<NameKey, string>();
  for (const name of names) {
    // A name that is too long or does not fit XML is no name any server has.
    if (name === '' || name.length > MAX_NAME_LENGTH || !fitsXml(name)) continue;
    asked.set(nameKey(name), name);
  }
  const spellings = [...asked.values()];
  const found = new Map<NameKey, Entity>();
  for (let from = 0; from < spellings.length; from += NAMES_PER_SEARCH) {
    const batch = spellings.slice(from, from + NAMES_PER_SEARCH);
    const answer = await search(exchange, type, anyOfNames(batch), {
      startIndex: 0,
      maxResults: PAGE_SIZE,
      allowance: 'LOOK_UP',
    });
    for (const entity of await readList(answer.body, answer.faults)) {
      const key = nameKey(entity.name);
      if (asked.has(key) && !found.has(key)) found.set(key, entity);
    }
  }
  return found;
}

export interface SearchPage extends Pick<CrowdRequest, 'allowance' | 'patience'> {
  readonly startIndex: number;
  readonly maxResults: number;
}

/** Sends one search and makes sure that it was answered with a list to read. */
export async function search(
  exchange: HttpExchange,
  type: EntityType,
  restriction: string,
  { startIndex, maxResults, allowance, patience }: SearchPage,
): Promise<CrowdAnswer> {
  const answer = await exchange.send({
    method: 'POST',
    resource: '/search',
    query: {
      'entity-type': type,
      'start-index': String(startIndex),
      'max-results': String(maxResults),
      expand: type,
    },
    body: restriction,
    allowance,
    patience,
  });
  return requireSuccess(answer);
}
