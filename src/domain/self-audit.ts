import type { Revision } from './ids.js';

export const AUDIT_SUBJECTS = ['INDEX', 'ROWS'] as const;
/** INDEX: one process's permission index beside the rows. ROWS: the rows among themselves. */
export type AuditSubject = (typeof AUDIT_SUBJECTS)[number];

export const AUDIT_DIFFERENCE_KINDS = [
  'SETTINGS',
  'DIRECTORIES',
  'GRANTS',
  'SEATS',
  'USERS',
  'GROUPS',
  'MEMBERSHIPS_WITHOUT_ENDS',
  'NESTINGS_WITHOUT_ENDS',
  'ROWS_OF_NO_GENERATION',
  'NAME_KEYS',
] as const;
/** What differs from what it should be; the first six are of an index, the others of the rows. */
export type AuditDifferenceKind = (typeof AUDIT_DIFFERENCE_KINDS)[number];

export interface AuditDifference {
  readonly kind: AuditDifferenceKind;
  /** How many things differ, at least one. */
  readonly count: number;
  /** Names or ids of the first few. */
  readonly examples: readonly string[];
}

/** How many examples are kept of one kind: enough to look, too few to be a list of people. */
export const MOST_EXAMPLES = 3;

/** One look whether what is kept agrees with itself. */
export interface SelfAudit {
  readonly subject: AuditSubject;
  readonly at: Date;
  /** What was looked at. */
  readonly revision: Revision;
  readonly durationMs: number;
  /** Empty when all agrees. At most one of each kind. */
  readonly differences: readonly AuditDifference[];
}

/** Differences as they are found: all are counted, the first few named. */
export class DifferenceTally {
  private readonly found = new Map<AuditDifferenceKind, { count: number; examples: string[] }>();

  add(kind: AuditDifferenceKind, example: string, count = 1): void {
    const so = this.found.get(kind) ?? { count: 0, examples: [] };
    so.count += count;
    if (so.examples.length < MOST_EXAMPLES) so.examples.push(example);
    this.found.set(kind, so);
  }

  /** By kind, in the order of `AUDIT_DIFFERENCE_KINDS`. */
  list(): AuditDifference[] {
    return AUDIT_DIFFERENCE_KINDS.flatMap((kind) => {
      const so = this.found.get(kind);
      return so ? [{ kind, ...so }] : [];
    });
  }
}
