import { inSlices, type MembershipNames, type MembershipsPart } from '../usecase/index.js';
import { DECLARATION, escapeXml } from './xml-writer.js';

/** Characters of one piece: what one write to a client takes. */
const PIECE_LENGTH = 64 * 1024;
/** Names written between two looks at how long the piece is, so that a large group is never one. */
const NAMES_AT_A_TIME = 1_000;
/** All bits below a power of two: at each multiple the making of elements pauses. */
const ELEMENTS_BETWEEN_PAUSES = 0x3ff;

/** Names as elements, by place. */
interface Elements {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/**
 * Elements are made once for as long as names stay the same: a user is in many groups, and clients
 * read the document again and again. They go with the names.
 */
const MADE = new WeakMap<MembershipNames, Elements>();

/**
 * Writes who is directly in which group as XML, a piece at a time. Both lists of a group are always
 * there, even empty: python-crowd looks into them unasked.
 */
export async function* writeMemberships(
  parts: AsyncIterable<MembershipsPart>,
): AsyncGenerator<string, void, void> {
  let piece = `${DECLARATION}<memberships>`;
  for await (const { names, groups } of parts) {
    const elements = MADE.get(names) ?? (await makeElements(names));
    for (const { group, users, childGroups } of groups) {
      piece += `<membership group="${escapeXml(names.groups[group])}"><users>`;
      for (let from = 0; from < users.length; from += NAMES_AT_A_TIME) {
        const end = Math.min(from + NAMES_AT_A_TIME, users.length);
        for (let i = from; i < end; i++) piece += elements.users[users[i]];
        if (piece.length < PIECE_LENGTH) continue;
        yield piece;
        piece = '';
      }
      piece += '</users><groups>';
      for (const child of childGroups) piece += elements.groups[child];
      piece += '</groups></membership>';
    }
  }
  yield `${piece}</memberships>`;
}

async function makeElements(names: MembershipNames): Promise<Elements> {
  const users = await inSlices(elementsOf('user', names.users));
  const groups = await inSlices(elementsOf('group', names.groups));
  const elements = { users, groups };
  MADE.set(names, elements);
  return elements;
}

/** All in one go, in their order: those of a group are then near each other in memory. */
function* elementsOf(tag: string, names: readonly string[]): Generator<void, readonly string[]> {
  const elements: string[] = [];
  for (const name of names) {
    if ((elements.length & ELEMENTS_BETWEEN_PAUSES) === ELEMENTS_BETWEEN_PAUSES) yield;
    // Joined, because what `+` makes would be put together anew each time it is written.
    elements.push([`<${tag} name="`, escapeXml(name), '"/>'].join(''));
  }
  return elements;
}
