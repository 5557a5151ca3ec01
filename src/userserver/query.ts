import type { ListQuery } from '../usecase/index.js';
import { badInput } from './errors.js';
import { decodePart } from './target.js';

/** Entries of a page when none are asked for (Crowd REST API, `max-results`). */
const DEFAULT_MAX_RESULTS = 1_000;
/** What synchronising clients send for "all, in one answer". */
const ALL_RESULTS = -1;
const ENCODED = /[%+]/;
const WHOLE_NUMBER = /^-?\d{1,15}$/;

/** The parameters of a query. Of a repeated one the first counts, as in JAX-RS. */
export class Query {
  private readonly values = new Map<string, string[]>();

  /** @throws GatehouseError `INPUT_INVALID` for broken percent codes. */
  constructor(text: string) {
    for (const pair of text.split('&')) {
      if (pair === '') continue;
      const equals = pair.indexOf('=');
      const name = decodeForm(equals < 0 ? pair : pair.slice(0, equals));
      const value = equals < 0 ? '' : decodeForm(pair.slice(equals + 1));
      const earlier = this.values.get(name);
      if (earlier) earlier.push(value);
      else this.values.set(name, [value]);
    }
  }

  /** `null` when it was not sent; empty when it was sent without a value. */
  first(name: string): string | null {
    return this.values.get(name)?.[0] ?? null;
  }

  /** @throws GatehouseError `INPUT_INVALID` when it is missing or empty. */
  required(name: string): string {
    const value = this.first(name);
    if (value === null || value === '') throw badInput(name, 'is missing');
    return value;
  }

  /** Whether `expand` names the word; other words in it are ignored, as Crowd does. */
  expands(word: string): boolean {
    const lists = this.values.get('expand');
    if (!lists) return false;
    return lists.some((list) => list.split(',').some((entry) => entry.trim() === word));
  }

  /** `start-index`, `max-results` and how far the list's entries are expanded. */
  list(entry: 'user' | 'group'): ListQuery {
    const max = this.wholeNumber('max-results', DEFAULT_MAX_RESULTS, ALL_RESULTS);
    return {
      start: this.wholeNumber('start-index', 0, 0),
      max: max === ALL_RESULTS ? null : max,
      details: this.expands(entry),
      attributes: this.expands('attributes'),
    };
  }

  /** A whole number, or what counts when it was not sent. @throws GatehouseError `INPUT_INVALID`. */
  wholeNumber<Otherwise extends number | null>(
    name: string,
    otherwise: Otherwise,
    least: number,
  ): number | Otherwise {
    const text = this.first(name);
    if (text === null) return otherwise;
    if (!WHOLE_NUMBER.test(text) || Number(text) < least) {
      throw badInput(name, `must be a whole number from ${least} on`);
    }
    return Number(text);
  }
}

/** In queries, unlike in paths, `+` is a space: Java's clients write it so. */
function decodeForm(text: string): string {
  // Most names stand as they are.
  if (!ENCODED.test(text)) return text;
  return decodePart(text.replaceAll('+', ' '), 'query');
}
