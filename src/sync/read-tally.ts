import type { RunCounts, SetAsideRecord } from '../domain/index.js';

/** Most set-aside records that are kept one by one with the run; the count in its record is complete. */
const KEPT = 100;
/** A hostile server must not fill the record with one name. */
const KEPT_LENGTH = 255;
/** What makes it impossible to tell by a name or an id alone whom an event is of. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['DUPLICATE_NAME', 'DUPLICATE_EXTERNAL_ID']);

/** What a run has read so far. It outlives a read that fails, so that the record can tell how far it came. */
export class ReadTally {
  usersRead = 0;
  groupsRead = 0;
  /** Users in groups and groups in groups. */
  membershipsRead = 0;
  /** Whether users or groups were set aside that names or ids alone do not tell apart. */
  ambiguous = false;
  #setAside = 0;
  readonly #kept: SetAsideRecord[] = [];

  /** The first of what was set aside. */
  get kept(): readonly SetAsideRecord[] {
    return this.#kept;
  }

  setAside(record: SetAsideRecord): void {
    this.#setAside += record.rows ?? 1;
    if (record.kind !== 'membership' && AMBIGUOUS.has(record.reason)) this.ambiguous = true;
    if (this.#kept.length === KEPT) return;
    this.#kept.push({
      ...record,
      name: record.name.slice(0, KEPT_LENGTH),
      ...(record.member === undefined ? {} : { member: record.member.slice(0, KEPT_LENGTH) }),
    });
  }

  /** Forgets what was read so far: it is read anew in another way. */
  begin(): void {
    this.usersRead = 0;
    this.groupsRead = 0;
    this.membershipsRead = 0;
    this.ambiguous = false;
    this.#setAside = 0;
    this.#kept.length = 0;
  }

  counts(): Pick<RunCounts, 'usersRead' | 'groupsRead' | 'membershipsRead' | 'setAside'> {
    return {
      usersRead: this.usersRead,
      groupsRead: this.groupsRead,
      membershipsRead: this.membershipsRead,
      setAside: this.#setAside,
    };
  }
}
