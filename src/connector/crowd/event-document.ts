import type { EventOperation, RemoteEvent, RemoteEvents } from '../connector.js';
import { groupOf, userOf } from './entity-documents.js';
import type { XmlRecord } from './record-document.js';
import type { ServerFaults } from './server-faults.js';
import { readXml, type XmlAttributes, type XmlListener } from './xml-reader.js';

const OPERATIONS: readonly EventOperation[] = ['CREATED', 'UPDATED', 'DELETED'];

/**
 * `<events>` of `/event/{token}` (Crowd REST API, `EventEntityList`), once the document is known to be
 * whole. A server that says in the middle that it keeps no events any more is believed.
 * @throws GatehouseError `PROTOCOL`.
 */
export async function readEventDocument(
  body: AsyncIterable<Uint8Array>,
  faults: ServerFaults,
): Promise<RemoteEvents> {
  const events: RemoteEvent[] = [];
  let root: XmlAttributes = {};
  const listener = (emit: (event: RemoteEvent) => void) =>
    new EventListener(emit, faults, (attributes) => {
      root = attributes;
    });
  for await (const event of readXml(body, 'events', faults, listener)) events.push(event);
  if (root.incrementalSynchronisationAvailable === 'false') return { outcome: 'NOT_SUPPORTED' };
  if (!root.newEventToken) throw faults.protocol('newEventToken', 'is missing');
  return { outcome: 'READ', events, token: root.newEventToken };
}

/** Children of an event that are one user or group. */
const ENTITIES: ReadonlySet<string> = new Set(['user', 'group', 'childUser', 'childGroup']);

/** Depths: 1 events, 2 one event, 3 its operation, subject and lists, 4 facts or the groups of a list. */
class EventListener implements XmlListener {
  readonly #emit: (event: RemoteEvent) => void;
  readonly #faults: ServerFaults;
  readonly #root: (attributes: XmlAttributes) => void;
  #operation = '';
  #subject: { readonly attributes: XmlAttributes; readonly fields: Map<string, string> } | null =
    null;
  #parents: string[] = [];
  #children: string[] = [];
  /** Where the children of the element at hand go. */
  #list: string[] | null = null;
  #inSubject = false;

  constructor(
    emit: (event: RemoteEvent) => void,
    faults: ServerFaults,
    root: (attributes: XmlAttributes) => void,
  ) {
    this.#emit = emit;
    this.#faults = faults;
    this.#root = root;
  }

  open(name: string, attributes: XmlAttributes, depth: number): void {
    if (depth === 1) this.#root(attributes);
    if (depth === 2) this.#begin();
    if (depth === 3) {
      this.#inSubject = ENTITIES.has(name);
      if (this.#inSubject) this.#subject = { attributes, fields: new Map() };
      this.#list = null;
      if (name === 'parentGroups') this.#list = this.#parents;
      if (name === 'childGroups') this.#list = this.#children;
    }
    if (depth === 4 && name === 'group') this.#list?.push(attributes.name ?? '');
  }

  close(name: string, depth: number, text: string): void {
    if (depth === 3 && name === 'operation') this.#operation = text.trim();
    if (depth === 4 && this.#inSubject) this.#subject?.fields.set(name, text);
    if (depth === 2) this.#emit(this.#event(name));
  }

  #begin(): void {
    this.#operation = '';
    this.#subject = null;
    this.#parents = [];
    this.#children = [];
    this.#list = null;
  }

  #event(element: string): RemoteEvent {
    switch (element) {
      case 'userEvent':
        return {
          subject: 'USER',
          operation: this.#operationOf(element),
          user: userOf(this.#subjectOf(element), this.#faults),
        };
      case 'groupEvent':
        return {
          subject: 'GROUP',
          operation: this.#operationOf(element),
          group: groupOf(this.#subjectOf(element), this.#faults),
        };
      case 'userMembershipEvent':
        return {
          subject: 'MEMBERSHIP',
          operation: this.#operationOf(element),
          user: this.#subjectOf(element).attributes.name ?? '',
          parents: this.#parents,
        };
      case 'groupMembershipEvent':
        return {
          subject: 'NESTING',
          operation: this.#operationOf(element),
          group: this.#subjectOf(element).attributes.name ?? '',
          parents: this.#parents,
          children: this.#children,
        };
      default:
        return { subject: 'OTHER', element };
    }
  }

  #operationOf(element: string): EventOperation {
    const operation = OPERATIONS.find((known) => known === this.#operation);
    if (operation !== undefined) return operation;
    const said = this.#faults.quote(this.#operation);
    throw this.#faults.protocol('operation', `of a ${element} is \`${said}\``);
  }

  #subjectOf(element: string): XmlRecord {
    if (this.#subject !== null) return this.#subject;
    throw this.#faults.protocol(element, 'names neither a user nor a group');
  }
}
