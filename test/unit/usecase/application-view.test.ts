import { describe, expect, it } from '@jest/globals';
import {
  APPLICATION_DEFAULTS,
  type Application,
  asId,
  type DirectoryId,
  type GatewaySnapshot,
  MEMBERSHIP_MODES,
  type MembershipMode,
} from '../../../src/domain/index.js';
import { PermissionIndex, StaleOverlay } from '../../../src/engine/index.js';
import { ApplicationViews, mayChange } from '../../../src/usecase/index.js';
import { Random } from '../../support/random.js';
import { ScenarioState } from '../../support/scenario-state.js';
import { KNOWN, randomHistory } from '../../trial/histories.js';

const HISTORIES = Array.from({ length: 12 }, (_, i) => ({ seed: i + 1 }));
const STEPS = 8;

function application(
  directories: readonly DirectoryId[] | null,
  membershipMode: MembershipMode | null,
): Application {
  return {
    ...APPLICATION_DEFAULTS,
    id: asId(1),
    name: 'Bitbucket',
    active: true,
    remoteAddresses: [],
    previousPasswordUntil: null,
    directories: directories?.map((directoryId) => ({ directoryId, permissions: [] })) ?? null,
    membershipMode,
  };
}

/** The gateway as if what the application sees were all that is switched on. */
function asSeen(
  snapshot: GatewaySnapshot,
  { directories, membershipMode }: Application,
): GatewaySnapshot {
  const settings = {
    ...snapshot.settings,
    membershipMode: membershipMode ?? snapshot.settings.membershipMode,
  };
  if (directories === null) return { ...snapshot, settings };
  const ids = directories.map(({ directoryId }) => directoryId);
  const listed = ids.flatMap((id) => {
    return snapshot.directories.filter(({ directory }) => directory.id === id);
  });
  const others = snapshot.directories
    .filter(({ directory }) => !ids.includes(directory.id))
    .map((each) => ({ ...each, directory: { ...each.directory, active: false } }));
  return { ...snapshot, settings, directories: [...listed, ...others] };
}

/** What an application can ask for. */
function answers(index: PermissionIndex): unknown {
  const page = { first: 1_000, after: null };
  const both = [false, true];
  return {
    mode: index.membershipMode,
    directories: index.directories().filter(({ active }) => active),
    users: index.users(page),
    groups: index.groups(page),
    byUser: KNOWN.users.map((user) => [
      index.user(user),
      index.userEntries(user).filter(({ directory }) => directory.active),
      both.map((nested) => index.groupsOf(user, nested, page)),
    ]),
    byGroup: KNOWN.groups.map((group) => [
      index.group(group),
      both.map((nested) => index.membersOf(group, nested, page)),
      both.map((nested) => index.parentGroupsOf(group, nested, page)),
      both.map((nested) => index.childGroupsOf(group, nested, page)),
    ]),
  };
}

describe('what an application sees', () => {
  it.each(HISTORIES)('is the gateway with its directories only, history $seed', ({ seed }) => {
    const random = new Random(seed);
    const { setup, steps } = randomHistory(seed, STEPS);
    const state = new ScenarioState(setup);
    const views = new ApplicationViews();
    for (const step of steps) {
      const ids = random.shuffled(state.index.directories()).map(({ id }) => id);
      const chosen = [...ids.slice(0, random.below(ids.length + 1)), asId<DirectoryId>(99_999)];
      const mode = random.pick([null, ...MEMBERSHIP_MODES]);
      const callers = [application(chosen, mode), application(null, mode)];
      for (const caller of callers) {
        const view = views.of(state.index, caller);
        const expected = new PermissionIndex(asSeen(state.author.facts.snapshot(), caller));
        expect(answers(view)).toEqual(answers(expected));
        expect(views.of(state.index, caller)).toBe(view);
      }
      state.do(...step);
    }
  });

  it('is the live index itself where it sees the same', () => {
    const state = ScenarioState.of({
      directories: [
        { name: 'staff', users: ['ann'] },
        { name: 'partners', users: ['ann', 'bob'] },
      ],
    });
    const views = new ApplicationViews();
    const [staff, partners] = state.index.directories().map(({ id }) => id);
    expect(views.of(state.index, application(null, null))).toBe(state.index);
    expect(views.of(state.index, application([staff, partners], 'FIRST_DIRECTORY'))).toBe(
      state.index,
    );
    const other = views.of(state.index, application([partners, staff], null));
    expect(other).not.toBe(state.index);
    expect(other.user('ann')?.directory.name).toBe('partners');

    state.do({ type: 'addUser', directory: 'staff', user: 'eva', active: true });
    expect(() => other.user('eva')).toThrow(StaleOverlay);
    expect(views.of(state.index, application([partners, staff], null)).user('eva')).not.toBeNull();
  });

  it('may be changed where it has the permission', () => {
    const [here, there, elsewhere] = [1, 2, 3].map((id) => asId<DirectoryId>(id));
    const caller: Application = {
      ...application([], null),
      directories: [
        { directoryId: here, permissions: ['ADD_USER', 'REMOVE_MEMBERSHIP'] },
        { directoryId: there, permissions: [] },
      ],
      permissions: ['ADD_GROUP'],
    };
    const may = (id: DirectoryId) =>
      (['ADD_USER', 'ADD_GROUP', 'REMOVE_MEMBERSHIP'] as const).filter((permission) =>
        mayChange(caller, id, permission),
      );
    expect([may(here), may(there), may(elsewhere)]).toEqual([
      ['ADD_USER', 'REMOVE_MEMBERSHIP'],
      [],
      [],
    ]);
    const everywhere = { ...caller, directories: null };
    expect(mayChange(everywhere, elsewhere, 'ADD_GROUP')).toBe(true);
    expect(mayChange(everywhere, elsewhere, 'ADD_USER')).toBe(false);
  });
});
