import { inSlices, type MembershipNames, type MembershipsPart } from '../usecase/index.js';
import { Elements } from './elements.js';
import { Piece } from './piece.js';
import { DECLARATION } from './xml-writer.js';

/** The names of one document as elements, by their places. */
interface NamedElements {
  readonly users: Elements;
  readonly childGroups: Elements;
  readonly openings: Elements;
}

/**
 * Elements are made once for as long as names stay the same: a user is in many groups, and clients
 * read the document again and again. They go with the names.
 */
const MADE = new WeakMap<MembershipNames, NamedElements>();

const BEGINNING = Buffer.from(`${DECLARATION}<memberships>`);
const BETWEEN = Buffer.from('</users><groups>');
const CLOSING = Buffer.from('</groups></membership>');
const END = Buffer.from('</memberships>');

/**
 * Writes who is directly in which group as XML, a piece at a time as `sendBytes` wants it. Both lists
 * of a group are always there, even empty: python-crowd looks into them unasked.
 */
export async function* writeMemberships(
  parts: AsyncIterable<MembershipsPart>,
): AsyncGenerator<Buffer, void, void> {
  const piece = new Piece();
  piece.add(BEGINNING);
  for await (const { names, groups } of parts) {
    const elements = MADE.get(names) ?? (await makeElements(names));
    for (const { group, users, childGroups } of groups) {
      piece.addElement(elements.openings, group);
      for (let next = 0; next < users.length; ) {
        next = piece.addElements(elements.users, users, next);
        if (piece.isFull) yield piece.take();
      }
      piece.add(BETWEEN);
      for (let next = 0; next < childGroups.length; ) {
        next = piece.addElements(elements.childGroups, childGroups, next);
        if (piece.isFull) yield piece.take();
      }
      piece.add(CLOSING);
      if (piece.isFull) yield piece.take();
    }
  }
  piece.add(END);
  yield piece.take();
}

async function makeElements(names: MembershipNames): Promise<NamedElements> {
  const elements = {
    users: await inSlices(Elements.of('<user name="', names.users, '"/>')),
    childGroups: await inSlices(Elements.of('<group name="', names.groups, '"/>')),
    openings: await inSlices(Elements.of('<membership group="', names.groups, '"><users>')),
  };
  MADE.set(names, elements);
  return elements;
}
