import { compareNameKeys, nameKey } from '../../../src/domain/index.js';
import type { DataSet } from '../dataset/data-set.js';
import { COMPILED, PERMISSIONS } from '../dataset/scheme.js';
import type { CanonicalFacts } from './canonical-facts.js';
import { GrowableLists } from './growable-lists.js';

/**
 * The ruler: about the fastest that JavaScript can be at the same answers. A byte of permissions for
 * each user behind one `Map` from name to number, kept current; walks are over typed arrays. It
 * knows nothing that has already been decided: directory order, inactive users, two spellings of one
 * name. So it answers the same questions, and none of the others the engine is asked.
 */
export class Limit {
  /** By user. */
  readonly masks: Uint8Array;
  private readonly users = new Map<string, number>();
  private readonly groups = new Map<string, number>();
  private readonly userNames: readonly string[];
  private readonly groupNames: readonly string[];
  private readonly facts: CanonicalFacts;
  /** Users in the order of their keys. */
  private readonly order: Int32Array;
  private readonly counts: Int32Array;
  private readonly nodeMasks: Uint8Array;
  private readonly userNodes: GrowableLists;
  private readonly nodeUsers: GrowableLists;
  private readonly parents: GrowableLists;
  private readonly children: GrowableLists;
  private readonly keys: readonly (readonly string[])[];
  /** Nodes of the walk under way, and which walk met each last. */
  private readonly queue: Int32Array;
  private readonly metIn: Int32Array;
  private walk = 0;

  constructor(data: DataSet, facts: CanonicalFacts) {
    const { memberships, nestings, nodeGroups, userGrants } = facts;
    const nodeCount = nodeGroups.length;
    this.facts = facts;
    this.userNames = data.userNames;
    this.groupNames = data.groupNames;
    for (const [number, name] of data.userNames.entries()) this.users.set(name, number);
    for (const [number, name] of data.groupNames.entries()) this.groups.set(name, number);
    this.order = inKeyOrder(data.userNames);
    this.userNodes = new GrowableLists(userGrants.length, memberships.members, memberships.groups);
    this.nodeUsers = new GrowableLists(nodeCount, memberships.groups, memberships.members);
    this.parents = new GrowableLists(nodeCount, nestings.members, nestings.groups);
    this.children = new GrowableLists(nodeCount, nestings.groups, nestings.members);
    this.keys = Array.from({ length: 1 << PERMISSIONS.length }, (_, mask) => COMPILED.keysOf(mask));
    this.queue = new Int32Array(nodeCount);
    this.metIn = new Int32Array(nodeCount);
    this.counts = new Int32Array(PERMISSIONS.length);
    this.masks = new Uint8Array(userGrants.length);
    this.nodeMasks = facts.nodeGrants.slice();
    let pending = 0;
    for (let node = 0; node < nodeCount; node++) {
      if (this.nodeMasks[node] !== 0) this.queue[pending++] = node;
    }
    this.flowDown(pending, () => undefined);
    for (let user = 0; user < this.masks.length; user++) this.refresh(user);
  }

  /** -1: nobody has the name. */
  numberOf(name: string): number {
    return this.users.get(name) ?? -1;
  }

  check(name: string, bit: number): boolean {
    const user = this.users.get(name);
    return user !== undefined && (this.masks[user] & (1 << bit)) !== 0;
  }

  permissionsOf(name: string): readonly string[] {
    const user = this.users.get(name);
    return this.keys[user === undefined ? 0 : this.masks[user]];
  }

  count(bit: number): number {
    return this.counts[bit];
  }

  /** Names in the order of their keys. */
  holders(bit: number): string[] {
    const names: string[] = [];
    const { order, masks, userNames } = this;
    for (let i = 0; i < order.length; i++) {
      if ((masks[order[i]] & (1 << bit)) !== 0) names.push(userNames[order[i]]);
    }
    return names;
  }

  /** Names of all groups, nested ones included, in no order. */
  groupsOf(name: string): string[] {
    const names: string[] = [];
    const user = this.users.get(name);
    if (user === undefined) return names;
    const { queue, metIn, parents, userNodes } = this;
    const walk = ++this.walk;
    let end = 0;
    const first = userNodes.starts[user];
    for (let at = first; at < first + userNodes.lengths[user]; at++) {
      metIn[userNodes.pool[at]] = walk;
      queue[end++] = userNodes.pool[at];
    }
    for (let next = 0; next < end; next++) {
      const node = queue[next];
      names.push(this.groupNames[this.facts.nodeGroups[node]]);
      const start = parents.starts[node];
      for (let at = start; at < start + parents.lengths[node]; at++) {
        const parent = parents.pool[at];
        if (metIn[parent] === walk) continue;
        metIn[parent] = walk;
        queue[end++] = parent;
      }
    }
    return names;
  }

  changeMembership(added: boolean, directory: number, groupName: string, userName: string): void {
    const user = this.users.get(userName);
    const group = this.groups.get(groupName);
    if (user === undefined || group === undefined) return;
    if (this.facts.homes[user] !== directory) return;
    const node = this.facts.nodeOf[directory][group];
    if (added) {
      this.userNodes.add(user, node);
      this.nodeUsers.add(node, user);
    } else {
      this.userNodes.remove(user, node);
      this.nodeUsers.remove(node, user);
    }
    this.refresh(user);
  }

  /** @param parent, child: nodes. */
  changeNesting(added: boolean, parent: number, child: number): void {
    if (added) {
      this.parents.add(child, parent);
      this.children.add(parent, child);
      if ((this.nodeMasks[parent] & ~this.nodeMasks[child]) === 0) return;
      this.nodeMasks[child] |= this.nodeMasks[parent];
      this.queue[0] = child;
      this.refreshMembers(child);
      this.flowDown(1, (node) => this.refreshMembers(node));
    } else {
      this.parents.remove(child, parent);
      this.children.remove(parent, child);
      if ((this.nodeMasks[parent] & ~this.facts.nodeGrants[child]) !== 0) this.recompute(child);
    }
  }

  nodeOf(directory: number, group: number): number {
    return this.facts.nodeOf[directory][group];
  }

  /** Hands what the first `pending` nodes of the queue hold to those below until nothing grows. */
  private flowDown(pending: number, grew: (node: number) => void): void {
    const { nodeMasks, children } = this;
    const stack: number[] = Array.from(this.queue.subarray(0, pending));
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const start = children.starts[node];
      for (let at = start; at < start + children.lengths[node]; at++) {
        const child = children.pool[at];
        if ((nodeMasks[node] & ~nodeMasks[child]) === 0) continue;
        nodeMasks[child] |= nodeMasks[node];
        stack.push(child);
        grew(child);
      }
    }
  }

  /** Works out again what `top` and the nodes below it hold. */
  private recompute(top: number): void {
    const { queue, metIn, nodeMasks, children, parents } = this;
    const walk = ++this.walk;
    let end = 1;
    queue[0] = top;
    metIn[top] = walk;
    for (let next = 0; next < end; next++) {
      const start = children.starts[queue[next]];
      for (let at = start; at < start + children.lengths[queue[next]]; at++) {
        const child = children.pool[at];
        if (metIn[child] === walk) continue;
        metIn[child] = walk;
        queue[end++] = child;
      }
    }
    const below = queue.slice(0, end);
    const before = below.map((node) => nodeMasks[node]);
    for (const node of below) {
      let mask = this.facts.nodeGrants[node];
      const start = parents.starts[node];
      for (let at = start; at < start + parents.lengths[node]; at++) {
        if (metIn[parents.pool[at]] !== walk) mask |= nodeMasks[parents.pool[at]];
      }
      nodeMasks[node] = mask;
    }
    this.flowDown(end, () => undefined);
    for (let i = 0; i < end; i++) {
      if (nodeMasks[below[i]] !== before[i]) this.refreshMembers(below[i]);
    }
  }

  private refreshMembers(node: number): void {
    const { nodeUsers } = this;
    const start = nodeUsers.starts[node];
    for (let at = start; at < start + nodeUsers.lengths[node]; at++) {
      this.refresh(nodeUsers.pool[at]);
    }
  }

  private refresh(user: number): void {
    let mask = 0;
    if (this.facts.active[user] === 1) {
      mask = this.facts.userGrants[user];
      const start = this.userNodes.starts[user];
      for (let at = start; at < start + this.userNodes.lengths[user]; at++) {
        mask |= this.nodeMasks[this.userNodes.pool[at]];
      }
    }
    const changed = mask ^ this.masks[user];
    if (changed === 0) return;
    for (let bit = 0; bit < this.counts.length; bit++) {
      if (changed & (1 << bit)) this.counts[bit] += mask & (1 << bit) ? 1 : -1;
    }
    this.masks[user] = mask;
  }
}

function inKeyOrder(names: readonly string[]): Int32Array {
  const keys = names.map(nameKey);
  return Int32Array.from(names.keys()).sort((a, b) => compareNameKeys(keys[a], keys[b]));
}
