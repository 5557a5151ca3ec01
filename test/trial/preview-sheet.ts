import {
  type LicenceState,
  type NameKey,
  type Page,
  type PageRequest,
} from '../../src/domain/index.js';
import type { Preview, UserEntry } from '../../src/engine/index.js';
import type { NaivePreview } from '../support/naive-preview.js';
import type { NaiveState } from '../support/naive-state.js';
import { crossingText } from '../support/scenario-installers.js';
import type { Known } from '../support/scenario-questions.js';
import { naiveGroupText, naiveUserText } from './naive-sheet.js';
import { everyKeyed, everyPage } from './pages.js';
import { grantText, groupText, type Sheet, userText } from './sheet.js';

/** Everything a preview says, read page by page to the end. */
export function previewSheet(preview: Preview, known: Known, pageSize: number): Sheet {
  const keyed = <Item>(
    read: (page: PageRequest<NameKey>) => Page<Item>,
    keyOf: (item: Item) => NameKey,
  ) => everyKeyed(read, keyOf, pageSize);
  const lines = [
    licenceText(preview.licenceBefore, preview.licenceAfter),
    `crossings: ${preview.crossings.map(crossingText).join(', ')}`,
  ];
  for (const permission of known.permissions) {
    const gained = keyed(
      (page) => preview.gained(permission, page),
      ({ key }) => key,
    );
    const lost = keyed(
      (page) => preview.lost(permission, page),
      ({ before }) => before.key,
    );
    lines.push(`gain ${permission}, in number: ${preview.countGained(permission)}`);
    lines.push(`gain ${permission}: ${gained.map(userText).join(', ')}`);
    lines.push(`lose ${permission}, in number: ${preview.countLost(permission)}`);
    lines.push(
      `lose ${permission}: ${lost.map(({ before, after }) => moveText(before, after)).join(', ')}`,
    );
  }
  const masked = keyed(
    (page) => preview.masked(page),
    ({ before }) => before.key,
  );
  const unmasked = keyed(
    (page) => preview.unmasked(page),
    ({ before }) => before.key,
  );
  const grants = everyPage(
    (page: PageRequest<number>) => preview.grantsReachingNobody(page),
    (_items, count) => count - 1,
    pageSize,
  );
  const groups = keyed(
    (page) => preview.emptyGroups(page),
    ({ key }) => key,
  );
  lines.push(`masked: ${masked.map(({ before, after }) => moveText(before, after)).join(', ')}`);
  lines.push(
    `unmasked: ${unmasked.map(({ before, after }) => moveText(before, after)).join(', ')}`,
  );
  lines.push(`grants reaching nobody: ${grants.map(grantText).join(', ')}`);
  lines.push(`empty groups: ${groups.map(groupText).join(', ')}`);
  return lines;
}

/** The same by the naive model. */
export function naivePreviewSheet(preview: NaivePreview, known: Known): Sheet {
  const { before, after } = preview;
  const move = (user: NameKey) => `${entryText(before, user)} then ${entryText(after, user)}`;
  const lines = [
    licenceText(preview.licenceBefore, preview.licenceAfter),
    `crossings: ${preview.crossings.map(crossingText).join(', ')}`,
  ];
  for (const permission of known.permissions) {
    const gained = preview.gained(permission);
    const lost = preview.lost(permission);
    lines.push(`gain ${permission}, in number: ${gained.length}`);
    lines.push(
      `gain ${permission}: ${gained.map((user) => naiveUserText(after, user)).join(', ')}`,
    );
    lines.push(`lose ${permission}, in number: ${lost.length}`);
    lines.push(`lose ${permission}: ${lost.map(move).join(', ')}`);
  }
  const groups = preview.emptyGroups().map((group) => naiveGroupText(after, group));
  lines.push(`masked: ${preview.masked().map(move).join(', ')}`);
  lines.push(`unmasked: ${preview.unmasked().map(move).join(', ')}`);
  lines.push(`grants reaching nobody: ${preview.grantsReachingNobody().map(grantText).join(', ')}`);
  lines.push(`empty groups: ${groups.join(', ')}`);
  return lines;
}

function licenceText(before: LicenceState, after: LicenceState): string {
  const text = ({ seatsUsed, seatsAllowed }: LicenceState) => `${seatsUsed} of ${seatsAllowed}`;
  return `seats: ${text(before)} then ${text(after)}`;
}

function moveText(before: UserEntry, after: UserEntry | null): string {
  return `${userText(before)} then ${after ? userText(after) : 'nobody'}`;
}

function entryText(state: NaiveState, user: NameKey): string {
  return state.canonical(user) ? naiveUserText(state, user) : 'nobody';
}
