import type { Random } from '../../support/random.js';
import type { DirectoryData, EdgeChange, EdgeColumns, Questions } from './data-set.js';
import { PERMISSIONS } from './scheme.js';

const CHECKS = 200_000;
const SAMPLE_USERS = 2_000;
const MEMBERSHIP_CHANGES = 4_000;
const NESTING_CHANGES = 400;

export interface QuestionSetting {
  readonly userCount: number;
  readonly groupCount: number;
  readonly directories: readonly DirectoryData[];
  /** By group. */
  readonly levels: Uint8Array;
}

/** Questions about anybody, and changes that add and remove an edge in turn. */
export function chooseQuestions(random: Random, setting: QuestionSetting): Questions {
  const anybody = (count: number) =>
    Int32Array.from({ length: count }, () => random.below(setting.userCount));
  const memberships = setting.directories.map(
    ({ memberships }) => new EdgesByGroup(memberships, setting.groupCount),
  );
  const nestings = setting.directories.map(
    ({ nestings }) => new EdgesByGroup(nestings, setting.groupCount),
  );
  return {
    checks: {
      users: anybody(CHECKS),
      bits: Uint8Array.from({ length: CHECKS }, () => random.below(PERMISSIONS.length)),
    },
    sampleUsers: anybody(SAMPLE_USERS),
    membershipChanges: inTurn(MEMBERSHIP_CHANGES, (added) => {
      const directory = drawDirectory(random, memberships);
      const [group, member] = added
        ? [
            anyOf(random, setting.directories[directory].groups),
            anyOf(random, setting.directories[directory].users),
          ]
        : memberships[directory].draw(random);
      if (added && memberships[directory].has(group, member)) return null;
      return { added, directory, group, member, user: member, bit: anyBit(random) };
    }),
    nestingChanges: inTurn(NESTING_CHANGES, (added) => {
      const directory = drawDirectory(random, nestings);
      const { groups } = setting.directories[directory];
      const [group, member] = added
        ? [anyOf(random, groups), anyOf(random, groups)]
        : nestings[directory].draw(random);
      // A group is nested in one of a lower level, or the nesting would close a cycle.
      if (added && setting.levels[member] <= setting.levels[group]) return null;
      if (added && nestings[directory].has(group, member)) return null;
      const below = memberships[directory].membersOf(member);
      if (below.length === 0) return null;
      return { added, directory, group, member, user: anyOf(random, below), bit: anyBit(random) };
    }),
  };
}

const anyOf = (random: Random, list: Int32Array) => list[random.below(list.length)];
const anyBit = (random: Random) => random.below(PERMISSIONS.length);

/** A directory, the likelier the more edges it has. */
function drawDirectory(random: Random, edges: readonly EdgesByGroup[]): number {
  let drawn = random.below(edges.reduce((sum, { size }) => sum + size, 0));
  return edges.findIndex(({ size }) => {
    drawn -= size;
    return drawn < 0;
  });
}

/** Changes that add and remove in turn; no edge is touched twice. */
function inTurn(count: number, draw: (added: boolean) => EdgeChange | null): EdgeChange[] {
  const changes: EdgeChange[] = [];
  const touched = new Set<string>();
  while (changes.length < count) {
    const change = draw(changes.length % 2 === 0);
    if (change === null) continue;
    const key = `${change.directory} ${change.group} ${change.member}`;
    if (touched.has(key)) continue;
    touched.add(key);
    changes.push(change);
  }
  return changes;
}

/** The members of each group. */
class EdgesByGroup {
  private readonly starts: Int32Array;
  private readonly members: Int32Array;
  private readonly groups: Int32Array;

  constructor({ groups, members }: EdgeColumns, groupCount: number) {
    this.starts = new Int32Array(groupCount + 1);
    for (const group of groups) this.starts[group + 1]++;
    for (let group = 0; group < groupCount; group++) this.starts[group + 1] += this.starts[group];
    const next = this.starts.slice();
    this.members = new Int32Array(members.length);
    this.groups = groups.slice().sort();
    members.forEach((member, i) => {
      this.members[next[groups[i]]++] = member;
    });
  }

  get size(): number {
    return this.members.length;
  }

  membersOf(group: number): Int32Array {
    return this.members.subarray(this.starts[group], this.starts[group + 1]);
  }

  has(group: number, member: number): boolean {
    return this.membersOf(group).includes(member);
  }

  /** Any edge. */
  draw(random: Random): [group: number, member: number] {
    const edge = random.below(this.size);
    return [this.groups[edge], this.members[edge]];
  }
}
