import type { Application, ApplicationId } from '../domain/index.js';

export interface ApplicationReader {
  /** By name, in code-point order. */
  applications(): Promise<Application[]>;
  /** Exact, case-sensitive name. */
  applicationByName(name: string): Promise<ApplicationSecret | null>;
}

export interface ApplicationSecret {
  readonly application: Application;
  readonly passwordHash: string;
  /** The hash of before, which is good until `application.previousPasswordUntil`. */
  readonly previousPasswordHash: string | null;
}

/** What an administrator decides about an application, but for its password. */
export type ApplicationFacts = Omit<Application, 'id' | 'previousPasswordUntil'>;

/** What is left out is as `APPLICATION_DEFAULTS` says; it is active. */
export type NewApplication = Pick<ApplicationFacts, 'name' | 'remoteAddresses'> &
  Partial<Omit<ApplicationFacts, 'active'>>;

export interface ChangedPassword {
  readonly hash: string;
  /** Until when the one of before is good as well; `null`: no longer. */
  readonly previousUntil: Date | null;
}

/** Writes of applications within a transaction. */
export interface ApplicationTransaction {
  applicationById(id: ApplicationId): Promise<Application | null>;
  /** @throws `NAME_INVALID`, `NAME_TAKEN` (exact name). */
  addApplication(
    application: NewApplication & { readonly passwordHash: string },
  ): Promise<Application>;
  /** Fields left out stay. @throws `NOT_FOUND`, `NAME_INVALID`, `NAME_TAKEN`. */
  changeApplication(
    id: ApplicationId,
    patch: Partial<ApplicationFacts> & { readonly password?: ChangedPassword },
  ): Promise<Application>;
  /**
   * Puts another hash of the same password in the place of `before`, if that is still there. Nothing is
   * recorded: the password has not changed.
   */
  replaceApplicationHash(id: ApplicationId, before: string, after: string): Promise<void>;
  /** @throws `NOT_FOUND`. */
  removeApplication(id: ApplicationId): Promise<void>;
}
