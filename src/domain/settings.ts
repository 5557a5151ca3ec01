/**
 * FIRST_DIRECTORY: memberships count only in the directory of the canonical user (Jira, Bitbucket).
 * ALL_DIRECTORIES: they are joined over all active directories (an aggregating Crowd application).
 */
export const MEMBERSHIP_MODES = ['FIRST_DIRECTORY', 'ALL_DIRECTORIES'] as const;
export type MembershipMode = (typeof MEMBERSHIP_MODES)[number];

export interface GatewaySettings {
  readonly membershipMode: MembershipMode;
  /** Seats allowed; `null` when unlimited. */
  readonly licenceLimit: number | null;
}
