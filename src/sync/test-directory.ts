import type { RemoteDirectory } from '../connector/index.js';
import {
  type DirectoryConnection,
  type ErrorCode,
  type GatehouseError,
  isGatehouseError,
} from '../domain/index.js';
import { type Finding, inspectFirstPages, inspectNesting } from './inspect-directory.js';
import { readWithin } from './until-deadline.js';

/** In the order in which they are taken and reported. */
export const DIRECTORY_TEST_STEPS = [
  'ADDRESS',
  'TLS',
  'CREDENTIALS',
  'VERSION',
  'NESTED_GROUPS',
  'FIRST_PAGE',
] as const;
export type DirectoryTestStepName = (typeof DIRECTORY_TEST_STEPS)[number];

/** SKIPPED: could not be judged, because of a step that failed. */
export const DIRECTORY_TEST_OUTCOMES = ['OK', 'WARNING', 'FAILED', 'SKIPPED'] as const;
export type DirectoryTestOutcome = (typeof DIRECTORY_TEST_OUTCOMES)[number];

export interface DirectoryTestStep {
  readonly step: DirectoryTestStepName;
  readonly outcome: DirectoryTestOutcome;
  /** Why it failed; `null` unless FAILED. */
  readonly code: ErrorCode | null;
  /** For an administrator: what happened and, unless all is well, what to do about it. */
  readonly message: string;
}

/** Which step an error of the first request belongs to. Everything else is about what answered. */
const STEP_OF: Partial<Record<ErrorCode, DirectoryTestStepName>> = {
  UNREACHABLE: 'ADDRESS',
  TLS: 'TLS',
  AUTH: 'CREDENTIALS',
  ADDRESS_REFUSED: 'CREDENTIALS',
};

/** Milliseconds that the server may take for the lists that are looked at: an administrator waits. */
const LISTS_WITHIN_MS = 60_000;

/**
 * Tries a connection the way a synchronisation would use it, and changes nothing. Always returns
 * all six steps in order; after a step that failed the later ones are SKIPPED. A server that drips fails with
 * `UNREACHABLE` after a minute.
 * @throws what is no error of the remote side.
 */
export async function testDirectory(
  remote: RemoteDirectory,
  connection: DirectoryConnection,
  nestedGroups: boolean,
  options: { readonly listsWithinMs?: number } = {},
): Promise<DirectoryTestStep[]> {
  const report = new Report();
  const url = new URL(connection.serverUrl);
  try {
    const { product, version } = await remote.identify();
    report.add('ADDRESS', ok(`The server answers at ${url.host}.`));
    report.add('TLS', encryption(url));
    report.add(
      'CREDENTIALS',
      ok(`The server accepted the application \`${connection.applicationName}\` and its password.`),
    );
    report.add('VERSION', ok(`${product} ${version} answered.`));
  } catch (error) {
    if (!isGatehouseError(error)) throw error;
    return report.identificationFailed(url, error);
  }
  const withinMs = options.listsWithinMs ?? LISTS_WITHIN_MS;
  await readWithin(withinMs, remote, connection, async (lists) => {
    if (await report.try('NESTED_GROUPS', () => inspectNesting(lists, nestedGroups))) {
      await report.try('FIRST_PAGE', () => inspectFirstPages(lists));
    }
  });
  return report.skipRest();
}

class Report {
  readonly #steps: DirectoryTestStep[] = [];

  add(step: DirectoryTestStepName, { outcome, message }: Finding): void {
    this.#steps.push({ step, outcome, code: null, message });
  }

  /** @returns whether the step could be taken. */
  async try(step: DirectoryTestStepName, inspect: () => Promise<Finding>): Promise<boolean> {
    try {
      this.add(step, await inspect());
      return true;
    } catch (error) {
      if (!isGatehouseError(error)) throw error;
      this.#fail(step, error);
      return false;
    }
  }

  identificationFailed(url: URL, error: GatehouseError): DirectoryTestStep[] {
    const failed = STEP_OF[error.code] ?? 'VERSION';
    if (failed !== 'ADDRESS') this.add('ADDRESS', ok(`The server answers at ${url.host}.`));
    if (failed === 'CREDENTIALS' || failed === 'VERSION') this.add('TLS', encryption(url));
    if (failed === 'VERSION') {
      // A proxy's or another product's page comes whatever the password is.
      this.#skip(
        'CREDENTIALS',
        'Whether the server accepts the application name and password is unknown, because the answer was not that of a Jira or Crowd user server.',
      );
    }
    this.#fail(failed, error);
    return this.skipRest();
  }

  /** All six steps: those not taken yet are SKIPPED. */
  skipRest(): DirectoryTestStep[] {
    for (const step of DIRECTORY_TEST_STEPS.slice(this.#steps.length)) {
      this.#skip(step, 'Not tried, because an earlier step failed.');
    }
    return this.#steps;
  }

  #skip(step: DirectoryTestStepName, message: string): void {
    this.#steps.push({ step, outcome: 'SKIPPED', code: null, message });
  }

  #fail(step: DirectoryTestStepName, error: GatehouseError): void {
    this.#steps.push({ step, outcome: 'FAILED', code: error.code, message: failureMessage(error) });
  }
}

function failureMessage(error: GatehouseError): string {
  if (!isGatehouseError(error, 'ADDRESS_REFUSED')) return sentence(error.message);
  const { server, says } = error.details;
  const said = says === null ? 'It gave no reason.' : `It says: \`${says}\`.`;
  // Jira and Crowd answer alike to a wrong address and a wrong password only in that both are refused;
  // admins look at the password first (Atlassian's knowledge base on 403 of the user server).
  return `${server} refused this gateway's address, not the application name or password. ${said} Add the gateway's IP address to the application's remote addresses there.`;
}

function encryption(url: URL): Finding {
  if (url.protocol === 'https:')
    return ok('The connection is encrypted and its certificate trusted.');
  if (isLoopback(url.hostname)) {
    return ok('The connection is not encrypted, but it does not leave this machine.');
  }
  return {
    outcome: 'WARNING',
    message:
      'The password travels in clear text. Use an https URL if the server offers one, or keep both in one trusted network.',
  };
}

function isLoopback(hostname: string): boolean {
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function ok(message: string): Finding {
  return { outcome: 'OK', message };
}

/** Error texts are sentences without a capital and a full stop; some begin with the server's URL. */
function sentence(text: string): string {
  return `${text.replace(/^(?!https?:)./u, (first) => first.toUpperCase())}.`;
}
