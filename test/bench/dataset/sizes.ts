/** How much there is of everything; the shapes are in the README. */
export interface Scale {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  readonly nestings: number;
  readonly grants: number;
}

export const SCALES = {
  S: { users: 1_000, groups: 200, memberships: 10_000, nestings: 300, grants: 30 },
  M: { users: 10_000, groups: 2_000, memberships: 100_000, nestings: 3_000, grants: 100 },
  L: { users: 100_000, groups: 20_000, memberships: 1_000_000, nestings: 30_000, grants: 300 },
  XL: {
    users: 1_000_000,
    groups: 100_000,
    memberships: 10_000_000,
    nestings: 150_000,
    grants: 1_000,
  },
} as const satisfies Record<string, Scale>;

export type Size = keyof typeof SCALES;
export const SIZES = Object.keys(SCALES) as Size[];
