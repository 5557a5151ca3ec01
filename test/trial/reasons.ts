import { type Directory, nameKey } from '../../src/domain/index.js';
import type { Derivation, Missing } from '../../src/engine/index.js';
import type { DerivationAnswer, MissingAnswer } from '../support/scenario-answerer.js';
import { missingText } from '../support/scenario-questions.js';
import { grantText } from './sheet.js';

/** A reason or the lack of it in one line; what is missing is told in no order. */
export function whyText(
  allowed: boolean,
  ways: readonly string[],
  missing: readonly string[],
): string {
  return allowed ? `yes: ${ways.join('; ')}` : `no: ${[...missing].sort().join('; ')}`;
}

/** A derivation as `sub (staff) > top (staff) > ADMIN to group top`. */
export function derivationText({ steps, grant }: Derivation): string {
  const groups = steps.map(({ group, directory }) => `${nameKey(group)} (${directory.name})`);
  return [...groups, grantText(grant)].join(' > ');
}

/** The same of what the naive model says. */
export function naiveDerivationText(way: DerivationAnswer): string {
  const { permission, subjectType, subject } = way.grant;
  const groups = way.groups.map((group, i) => `${nameKey(group)} (${way.directories[i]})`);
  const grant = `${permission} to ${subjectType.toLowerCase()} ${nameKey(subject)}`;
  return [...groups, grant].join(' > ');
}

export function whyNotText(missing: Missing): string {
  if (missing.reason === 'NESTING_OFF') {
    return `NESTING_OFF ${missing.directory.name}: ${derivationText(missing.derivation)}`;
  }
  return missingText(missingAnswer(missing));
}

/** The same of what the naive model says. */
export function naiveWhyNotText(missing: MissingAnswer): string {
  return missing.reason === 'NESTING_OFF'
    ? `NESTING_OFF ${missing.directory}: ${naiveDerivationText(missing.derivation)}`
    : missingText(missing);
}

function missingAnswer(missing: Exclude<Missing, { reason: 'NESTING_OFF' }>): MissingAnswer {
  const names = (directories: readonly Directory[]) => directories.map(({ name }) => name);
  switch (missing.reason) {
    case 'DIRECTORY_INACTIVE':
      return { reason: missing.reason, directories: names(missing.directories) };
    case 'USER_INACTIVE': {
      const { reason, directory, hides } = missing;
      return { reason, directory: directory.name, hides: names(hides) };
    }
    case 'MASKED': {
      const { reason, directory, maskedBy } = missing;
      return { reason, directory: directory.name, maskedBy: maskedBy.name };
    }
    case 'NOT_IN_GRANTED_GROUP': {
      const { reason, grants } = missing;
      return {
        reason,
        grants: grants.map(({ permission, subjectType, subjectName: subject }) => ({
          permission,
          subjectType,
          subject,
        })),
      };
    }
    default:
      return missing;
  }
}
