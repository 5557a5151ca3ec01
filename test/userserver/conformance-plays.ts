import type { Format, Offer, Row } from '../support/conformance-format.js';
import { BASES, type Base } from './conformance-player.js';

/** A row in one format below one base. */
export interface Play {
  readonly row: Row;
  readonly offer: Offer;
  readonly format: Format;
  readonly base: Base;
}

const LAST_PART = /\/[^/]+$/;

/** The resource and method that a row is about. @throws Error for one that the tables do not have. */
export function offerOf({ file, send }: Row, offers: readonly Offer[]): Offer {
  const [method, address] = send.split(' ');
  const [path] = address.split('?');
  const named = (wanted: string) =>
    offers.find((offer) => offer.method === method && offer.path === wanted);
  const offer = named(path) ?? named(path.replace(LAST_PART, '/*'));
  if (!offer) throw new Error(`${file}: ${send} is of no resource in the table`);
  return offer;
}

/**
 * Every row in its formats: the first of each resource and method below all bases, the others below
 * each by turns.
 */
export function playsOf(rows: readonly Row[], offers: readonly Offer[]): readonly Play[] {
  const played = new Map<Offer, number>();
  return rows.flatMap((row) => {
    const offer = offerOf(row, offers);
    const count = played.get(offer) ?? 0;
    played.set(offer, count + 1);
    const bases = count === 0 ? BASES : [BASES[count % BASES.length]];
    const formats: readonly Format[] = row.formats ?? ['XML', 'JSON'];
    return formats.flatMap((format) => bases.map((base) => ({ row, offer, format, base })));
  });
}
