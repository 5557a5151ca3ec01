import { type NameKey, nameKey } from '../../src/domain/index.js';
import type {
  Answerer,
  DerivationAnswer,
  ExplainAnswer,
  GrantAnswer,
  MissingAnswer,
  Relation,
} from './scenario-answerer.js';

/** Everybody and everything that is asked about. */
export interface Known {
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly permissions: readonly string[];
  /** The permission that takes a seat. */
  readonly seat: string;
}

/** Answers by question, both as text; names as keys, so that no spelling makes a difference. */
export type Answers = ReadonlyMap<string, string>;

/** All answers of one answerer, and where they contradict each other. */
export interface Questioned {
  readonly answers: Answers;
  readonly contradictions: readonly string[];
}

/** Asks every question about every known user, group and permission. */
export async function askEverything(answerer: Answerer, known: Known): Promise<Questioned> {
  const answers = new Map<string, string>();
  const contradictions: string[] = [];
  const expectSame = (question: string, one: unknown, other: unknown) => {
    if (one === other) return;
    contradictions.push(`${answerer.name}: ${question}: ${one} and ${other}`);
  };

  const holders = new Map<string, Set<NameKey>>();
  for (const permission of known.permissions) {
    const keys = (await answerer.holdersOf(permission)).map(nameKey);
    holders.set(permission, new Set(keys));
    answers.set(`who holds ${permission}`, keys.join(', '));
  }
  const seats = await answerer.seats();
  answers.set('seats', `${seats.used} of ${seats.allowed}`);
  expectSame('seats and who holds one', seats.used, holders.get(known.seat)?.size);

  for (const user of known.users) {
    const held = await answerer.effectivePermissions(user);
    answers.set(`permissions of ${user}`, held.join(', '));
    const shouted = user.toUpperCase();
    if (nameKey(shouted) === nameKey(user)) {
      const same = await answerer.effectivePermissions(shouted);
      expectSame(`permissions of ${user} and ${shouted}`, held.join(), same.join());
    }
    for (const permission of known.permissions) {
      const may = await answerer.check(user, permission);
      answers.set(`may ${user} ${permission}`, String(may));
      expectSame(`${user} in what is held: ${permission}`, may, held.includes(permission));
      const holds = holders.get(permission)?.has(nameKey(user));
      expectSame(`${user} among who holds ${permission}`, may, holds);
      const why = await answerer.explain(user, permission);
      answers.set(`why ${user} ${permission}`, explanationText(why));
      expectSame(`why ${user} ${permission}: allowed`, may, why.allowed);
      const ways = why.derivations.length > 0 && why.missing.length === 0;
      const reasons = why.derivations.length === 0 && why.missing.length > 0;
      expectSame(`why ${user} ${permission}: has its reasons`, true, may ? ways : reasons);
      expectSame(`why ${user} ${permission}: count`, why.derivationCount, why.derivations.length);
    }
  }
  for (const nested of [false, true]) {
    const depth = nested ? 'all' : 'direct';
    const memberships = new Map<string, boolean>();
    for (const user of known.users) {
      const groups = await answerer.groupsOf(user, nested);
      answers.set(`${depth} groups of ${user}`, relationsText(groups));
      for (const { name, direct } of groups) {
        memberships.set(`${nameKey(user)} in ${nameKey(name)}`, direct);
      }
    }
    for (const group of known.groups) {
      const members = await answerer.membersOf(group, nested);
      answers.set(`${depth} members of ${group}`, relationsText(members));
      for (const { name, direct } of members) {
        const edge = `${nameKey(name)} in ${nameKey(group)}`;
        expectSame(`${depth} membership ${edge}`, direct, memberships.get(edge));
        memberships.delete(edge);
      }
      const parents = await answerer.parentGroupsOf(group, nested);
      answers.set(`${depth} groups above ${group}`, relationsText(parents));
      const children = await answerer.childGroupsOf(group, nested);
      answers.set(`${depth} groups below ${group}`, relationsText(children));
    }
    for (const edge of memberships.keys()) {
      contradictions.push(`${answerer.name}: ${edge}, but the group does not list the user`);
    }
  }
  return { answers, contradictions };
}

/** The questions that two answerers answer differently, with both answers. */
export function differences(
  expected: Answers,
  answers: Answers,
  names: { readonly expected: string; readonly answers: string },
): string[] {
  const found: string[] = [];
  for (const [question, answer] of expected) {
    const other = answers.get(question);
    if (other === answer) continue;
    found.push(`${question}? ${names.expected}: ${answer}; ${names.answers}: ${other}`);
  }
  return found;
}

/** A derivation as `sub > top > ADMIN`, without its directories. */
export function derivationText({ groups, grant }: DerivationAnswer): string {
  return [...groups.map(nameKey), grant.permission].join(' > ');
}

/** A reason as its code and its facts, such as `MASKED partners by staff`. */
export function missingText(missing: MissingAnswer): string {
  const { reason } = missing;
  switch (missing.reason) {
    case 'NO_SUCH_USER':
    case 'NOBODY_GRANTED':
      return reason;
    case 'DIRECTORY_INACTIVE':
      return `${reason} ${missing.directories.join(', ')}`;
    case 'USER_INACTIVE': {
      const hides = missing.hides.length > 0 ? ` hides ${missing.hides.join(', ')}` : '';
      return `${reason} ${missing.directory}${hides}`;
    }
    case 'MASKED':
      return `${reason} ${missing.directory} by ${missing.maskedBy}`;
    case 'NESTING_OFF':
      return `${reason} ${missing.directory}: ${derivationText(missing.derivation)}`;
    case 'NO_SEAT':
      return `${reason} needs ${missing.needs}`;
    case 'NOT_IN_GRANTED_GROUP':
      return `${reason} ${missing.grants.map(grantText).join(', ')}`;
  }
}

function explanationText({ allowed, derivations, missing }: ExplainAnswer): string {
  if (!allowed) return `no: ${missing.map(missingText).sort().join('; ')}`;
  const ways = derivations.map(
    (way) => `${derivationText(way)} to ${grantText(way.grant)} (${way.directories.join(', ')})`,
  );
  return `yes: ${ways.join('; ')}`;
}

function grantText({ permission, subjectType, subject }: GrantAnswer): string {
  return `${permission} to ${subjectType.toLowerCase()} ${nameKey(subject)}`;
}

function relationsText(relations: readonly Relation[]): string {
  return relations
    .map(({ name, direct }) => (direct ? nameKey(name) : `${nameKey(name)} by nesting`))
    .join(', ');
}
