import {
  type DirectMembers,
  inSlices,
  type MembershipNames,
  type MembershipsPart,
} from '../usecase/index.js';
import { NamesInXml, wordsOf } from './names-in-xml.js';
import { type NameElement, Piece } from './piece.js';
import { DECLARATION } from './xml-writer.js';

/** What one document is made of. */
interface Elements {
  readonly opening: NameElement;
  readonly user: NameElement;
  readonly childGroup: NameElement;
}

/**
 * Names are put into XML once for as long as they stay the same: a user is in many groups, and clients
 * read the document again and again. What is made of names goes with them.
 */
const MADE = new WeakMap<MembershipNames, Elements>();

const BEGINNING = wordsOf(`${DECLARATION}<memberships>`);
const BEFORE_GROUP = wordsOf('<membership group="');
const AFTER_GROUP = wordsOf('"><users>');
const BEFORE_USER = wordsOf('<user name="');
const BEFORE_CHILD_GROUP = wordsOf('<group name="');
const AFTER_NAME = wordsOf('"/>');
const BETWEEN = wordsOf('</users><groups>');
const CLOSING = wordsOf('</groups></membership>');
const END = wordsOf('</memberships>');

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
    const writer = new GroupsWriter(elements, groups);
    while (!writer.writeInto(piece)) yield piece.take();
  }
  piece.add(END);
  yield piece.take();
}

/**
 * Writes groups from where the last piece was full. Apart from the generator, in which V8 makes the same
 * loops half as fast.
 */
class GroupsWriter {
  private readonly elements: Elements;
  private readonly groups: readonly DirectMembers[];
  private at = 0;
  private step: 'GROUP' | 'USERS' | 'CHILD_GROUPS' = 'GROUP';
  private next = 0;

  constructor(elements: Elements, groups: readonly DirectMembers[]) {
    this.elements = elements;
    this.groups = groups;
  }

  /** @returns whether it is through; otherwise the piece is full. */
  writeInto(piece: Piece): boolean {
    const { opening, user, childGroup } = this.elements;
    while (this.at < this.groups.length) {
      if (piece.isFull) return false;
      const { group, users, childGroups } = this.groups[this.at];
      if (this.step === 'GROUP') {
        piece.addElement(opening, group);
        this.step = 'USERS';
      }
      if (this.step === 'USERS') {
        this.next = piece.addElements(user, users, this.next);
        if (this.next < users.length) return false;
        piece.add(BETWEEN);
        this.step = 'CHILD_GROUPS';
        this.next = 0;
      }
      this.next = piece.addElements(childGroup, childGroups, this.next);
      if (this.next < childGroups.length) return false;
      piece.add(CLOSING);
      this.step = 'GROUP';
      this.next = 0;
      this.at += 1;
    }
    return true;
  }
}

async function makeElements(names: MembershipNames): Promise<Elements> {
  const users = await inSlices(NamesInXml.of(names.users));
  const groups = await inSlices(NamesInXml.of(names.groups));
  const elements = {
    opening: { before: BEFORE_GROUP, names: groups, after: AFTER_GROUP },
    user: { before: BEFORE_USER, names: users, after: AFTER_NAME },
    childGroup: { before: BEFORE_CHILD_GROUP, names: groups, after: AFTER_NAME },
  };
  MADE.set(names, elements);
  return elements;
}
