import type { NameFault, RunCounts } from '../domain/index.js';

/** Why a record, or one value of it, could not be kept. */
export type SetAsideReason =
  | NameFault
  | 'DUPLICATE_NAME'
  | 'DUPLICATE_EXTERNAL_ID'
  | 'DUPLICATE_MEMBER'
  | 'FACT_TOO_LONG'
  | 'FACT_IS_NO_TEXT'
  | 'UNKNOWN_GROUP'
  | 'UNKNOWN_USER';

export interface SetAsideRecord {
  readonly kind: 'user' | 'group' | 'membership';
  /** The name it stands under; of a membership the group's. */
  readonly name: string;
  /** Of a membership: the member that could not be kept. */
  readonly member?: string;
  /** Of a user or group that stays: the value that was left out. */
  readonly fact?: string;
  readonly reason: SetAsideReason;
  /** Rows that were set aside with it; 1 unless told. */
  readonly rows?: number;
}

/** Most set-aside records one run reports one by one; the count in the run's record is complete. */
const REPORTED = 20;
/** A hostile server must not fill the log with one name. */
const REPORTED_LENGTH = 255;

/** What a run has read so far. It outlives a read that fails, so that the record can tell how far it came. */
export class ReadTally {
  usersRead = 0;
  groupsRead = 0;
  /** Users in groups and groups in groups. */
  membershipsRead = 0;
  #setAside = 0;
  #reported = 0;
  readonly #report: (record: SetAsideRecord) => void;

  /** @param report gets the first few of what is set aside, names cut to a bounded length. */
  constructor(report: (record: SetAsideRecord) => void) {
    this.#report = report;
  }

  setAside(record: SetAsideRecord): void {
    this.#setAside += record.rows ?? 1;
    if (this.#reported === REPORTED) return;
    this.#reported += 1;
    this.#report({
      ...record,
      name: record.name.slice(0, REPORTED_LENGTH),
      ...(record.member === undefined ? {} : { member: record.member.slice(0, REPORTED_LENGTH) }),
    });
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
