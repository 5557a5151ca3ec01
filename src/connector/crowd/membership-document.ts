import type { RemoteMembership } from '../connector.js';
import type { ServerFaults } from './server-faults.js';
import { readXml, type XmlAttributes, type XmlListener } from './xml-reader.js';

/** Most characters of names in one group, which has to be held whole: a million members and more. */
const MAX_GROUP_LENGTH = 64 * 1024 * 1024;

/**
 * The groups of a `<memberships>` document as they come. A group is given when its element is closed; that
 * the document was whole is known only when the iteration ends without an error.
 */
export function readMembershipDocument(
  body: AsyncIterable<Uint8Array>,
  faults: ServerFaults,
): AsyncGenerator<RemoteMembership, void, void> {
  return readXml<RemoteMembership>(
    body,
    'memberships',
    faults,
    (emit) => new MembershipListener(emit, faults),
  );
}

/** Depths: 1 memberships, 2 membership, 3 users or groups, 4 user or group. */
class MembershipListener implements XmlListener {
  readonly #emit: (membership: RemoteMembership) => void;
  readonly #faults: ServerFaults;
  #group: string | null = null;
  #users: string[] = [];
  #childGroups: string[] = [];
  /** The names that members at hand go to. */
  #members: { readonly element: string; readonly names: string[] } | null = null;
  #length = 0;

  constructor(emit: (membership: RemoteMembership) => void, faults: ServerFaults) {
    this.#emit = emit;
    this.#faults = faults;
  }

  open(name: string, attributes: XmlAttributes, depth: number): void {
    if (depth === 2) this.#begin(name, attributes);
    if (this.#group === null) return;
    if (depth === 3 && name === 'users') this.#members = { element: 'user', names: this.#users };
    if (depth === 3 && name === 'groups') {
      this.#members = { element: 'group', names: this.#childGroups };
    }
    if (depth === 4 && name === this.#members?.element) this.#add(attributes.name ?? '');
  }

  close(_name: string, depth: number): void {
    if (depth === 3) this.#members = null;
    if (depth !== 2 || this.#group === null) return;
    this.#emit({ group: this.#group, users: this.#users, childGroups: this.#childGroups });
    this.#group = null;
  }

  #begin(name: string, attributes: XmlAttributes): void {
    this.#group = name === 'membership' ? (attributes.group ?? '') : null;
    this.#users = [];
    this.#childGroups = [];
    this.#length = 0;
  }

  #add(name: string): void {
    // A nameless member has no letters and still takes room.
    this.#length += name.length + 1;
    if (this.#length > MAX_GROUP_LENGTH) {
      throw this.#faults.protocol('membership', 'holds more members than one group can have');
    }
    this.#members?.names.push(name);
  }
}
