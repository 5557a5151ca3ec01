import { type Adapter, DefaultRoleManager, type Model, newEnforcer, newModel } from 'casbin';
import type { DataSet } from '../dataset/data-set.js';
import { PERMISSIONS } from '../dataset/scheme.js';
import type { CanonicalFacts } from '../limit/canonical-facts.js';
import type { Rival } from './rival.js';

/** Roles as groups; implied permissions are rows of their own. */
const MODEL = `
[request_definition]
r = sub, act

[policy_definition]
p = sub, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.act == p.act && g(r.sub, p.sub)
`;

/** More than the deepest nesting; casbin looks no further. */
const MOST_STEPS = 20;

export interface CasbinRival extends Rival {
  /** The user becomes a member of the node, or is none any longer. */
  change(added: boolean, user: number, node: number): Promise<void>;
}

export async function casbinRival(data: DataSet, facts: CanonicalFacts): Promise<CasbinRival> {
  const userRole = (user: number) => `user ${data.userNames[user]}`;
  const roles = Array.from(facts.nodeGroups, (_, node) => `group ${node}`);
  const enforcer = await newEnforcer();
  enforcer.setModel(newModel(MODEL));
  enforcer.setRoleManager(new DefaultRoleManager(MOST_STEPS));
  enforcer.setAdapter(factsAdapter(facts, userRole, roles));
  enforcer.enableAutoSave(false);
  await enforcer.loadPolicy();
  return {
    name: 'node-casbin',
    check: (user, bit) => enforcer.enforceSync(userRole(user), PERMISSIONS[bit]),
    groupsOf: async (user) => {
      const found = await enforcer.getImplicitRolesForUser(userRole(user));
      return found.map((role) => {
        return data.groupNames[facts.nodeGroups[Number(role.slice('group '.length))]];
      });
    },
    change: async (added, user, node) => {
      const edge = [userRole(user), roles[node]];
      if (added) await enforcer.addGroupingPolicy(...edge);
      else await enforcer.removeGroupingPolicy(...edge);
    },
    close: async () => undefined,
  };
}

function factsAdapter(
  facts: CanonicalFacts,
  userRole: (user: number) => string,
  roles: readonly string[],
): Adapter {
  const loadPolicy = async (model: Model) => {
    const give = (mask: number, role: string) => {
      PERMISSIONS.forEach((permission, bit) => {
        if (mask & (1 << bit)) model.addPolicy('p', 'p', [role, permission]);
      });
    };
    facts.userGrants.forEach((mask, user) => {
      if (facts.active[user] === 1) give(mask, userRole(user));
    });
    facts.nodeGrants.forEach((mask, node) => {
      give(mask, roles[node]);
    });
    facts.memberships.members.forEach((user, i) => {
      if (facts.active[user] === 0) return;
      model.addPolicy('g', 'g', [userRole(user), roles[facts.memberships.groups[i]]]);
    });
    facts.nestings.members.forEach((child, i) => {
      model.addPolicy('g', 'g', [roles[child], roles[facts.nestings.groups[i]]]);
    });
  };
  const readOnly = () => Promise.reject(new Error('the facts are kept elsewhere'));
  return {
    loadPolicy,
    savePolicy: readOnly,
    addPolicy: readOnly,
    removePolicy: readOnly,
    removeFilteredPolicy: readOnly,
  };
}
