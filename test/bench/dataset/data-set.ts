import type { DirectoryType, PermissionKey, SubjectType } from '../../../src/domain/index.js';

/**
 * A company to measure with, in columns. Names are numbers: positions in `userNames` and
 * `groupNames`, which hold each name once, however many directories know it.
 */
export interface DataSet {
  /** What reports call it. */
  readonly label: string;
  readonly userNames: readonly string[];
  readonly groupNames: readonly string[];
  /** First in order first; all are active and honour nested groups. */
  readonly directories: readonly DirectoryData[];
  readonly grants: readonly GrantData[];
  readonly questions: Questions;
}

export interface DirectoryData {
  readonly name: string;
  readonly type: DirectoryType;
  readonly users: Int32Array;
  /** By position in `users`: 1 when active. */
  readonly active: Uint8Array;
  readonly groups: Int32Array;
  /** Members are users. */
  readonly memberships: EdgeColumns;
  /** Members are groups. */
  readonly nestings: EdgeColumns;
}

/** Entry i of both columns is one edge. */
export interface EdgeColumns {
  readonly groups: Int32Array;
  readonly members: Int32Array;
}

export interface GrantData {
  readonly permission: PermissionKey;
  readonly subjectType: SubjectType;
  readonly subjectName: string;
}

/** What is asked, and what is changed before it is asked. */
export interface Questions {
  /** Entry i of both is one question; permissions are bits of the scheme. */
  readonly checks: { readonly users: Int32Array; readonly bits: Uint8Array };
  readonly sampleUsers: Int32Array;
  /** Each edge once, so that the list can be taken back from its end. */
  readonly membershipChanges: readonly EdgeChange[];
  readonly nestingChanges: readonly EdgeChange[];
}

/** An edge that comes or goes, and a question that it may touch. */
export interface EdgeChange {
  readonly added: boolean;
  /** Position in `directories`. */
  readonly directory: number;
  readonly group: number;
  readonly member: number;
  /** Whoever is asked about afterwards. */
  readonly user: number;
  readonly bit: number;
}

/** Rows of a data set, over all directories. */
export interface Counts {
  readonly users: number;
  readonly userRows: number;
  readonly groups: number;
  readonly groupRows: number;
  readonly memberships: number;
  readonly nestings: number;
  readonly grants: number;
}

export function countsOf(data: DataSet): Counts {
  const sum = (rows: (directory: DirectoryData) => number) =>
    data.directories.reduce((total, directory) => total + rows(directory), 0);
  return {
    users: data.userNames.length,
    userRows: sum(({ users }) => users.length),
    groups: data.groupNames.length,
    groupRows: sum(({ groups }) => groups.length),
    memberships: sum(({ memberships }) => memberships.groups.length),
    nestings: sum(({ nestings }) => nestings.groups.length),
    grants: data.grants.length,
  };
}
