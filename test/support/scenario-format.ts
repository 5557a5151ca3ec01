import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { MEMBERSHIP_MODES } from '../../src/domain/index.js';
import { FINDING_CODES } from '../../src/engine/index.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';

const name = z.string();
const names = z.array(name);
const permission = z.enum(BITBUCKET_SCHEME.permissions.map(({ key }) => key));
const mode = z.enum(MEMBERSHIP_MODES);
const limit = z.int().min(0).nullable();

const directory = z.strictObject({
  name,
  active: z.boolean().optional().describe('true unless said otherwise'),
  nestedGroups: z.boolean().optional().describe('true unless said otherwise'),
  users: z
    .array(z.union([name, z.strictObject({ name, active: z.boolean() })]))
    .optional()
    .describe('a name alone is an active user'),
  groups: z
    .record(name, z.strictObject({ users: names.optional(), groups: names.optional() }))
    .optional()
    .describe('direct members of each group: users and groups of this directory'),
});

const userIn = z.strictObject({ directory: name, user: name });
const groupIn = z.strictObject({ directory: name, group: name });
const renaming = z.strictObject({ directory: name, from: name, to: name });
const membership = z.strictObject({ directory: name, group: name, user: name });
const nesting = z.strictObject({ directory: name, parent: name, child: name });
const grant = z.union([
  z.strictObject({ permission, group: name }),
  z.strictObject({ permission, user: name }),
]);

const change = z.union([
  z.strictObject({ directoryOrder: names }),
  z.strictObject({
    addDirectory: z.strictObject({ name, nestedGroups: z.boolean().optional() }),
  }),
  z.strictObject({ activateDirectory: name }),
  z.strictObject({ deactivateDirectory: name }),
  z.strictObject({ removeDirectory: name }),
  z.strictObject({ nestedGroups: z.strictObject({ directory: name, on: z.boolean() }) }),
  z.strictObject({
    addUser: z.strictObject({ directory: name, user: name, active: z.boolean().optional() }),
  }),
  z.strictObject({ removeUser: userIn }),
  z.strictObject({ activateUser: userIn }),
  z.strictObject({ deactivateUser: userIn }),
  z.strictObject({ renameUser: renaming }),
  z.strictObject({ addGroup: groupIn }),
  z.strictObject({ removeGroup: groupIn }),
  z.strictObject({ renameGroup: renaming }),
  z.strictObject({ addMembership: membership }),
  z.strictObject({ removeMembership: membership }),
  z.strictObject({ addNesting: nesting }),
  z.strictObject({ removeNesting: nesting }),
  z.strictObject({ grant }),
  z.strictObject({ revoke: grant }),
  z.strictObject({ mode }),
  z.strictObject({ licenceLimit: limit }),
]);

const moves = z.partialRecord(permission, names);
const warnings = z.array(z.enum(['90 UP', '100 UP', '90 DOWN', '100 DOWN']));

/** What a preview or a comparison of two revisions says; what is left out is not looked at. */
const effect = {
  gained: moves.optional().describe('who gains what; nobody gains what is not named'),
  lost: moves.optional().describe('who loses what; nobody loses what is not named'),
  seats: z.strictObject({ before: z.int(), after: z.int() }).optional(),
  crossings: warnings.optional().describe('licence thresholds, in order'),
  masked: z
    .array(z.string())
    .optional()
    .describe('names whose old entry is hidden, such as `ann: partners > staff`'),
  unmasked: z
    .array(z.string())
    .optional()
    .describe('names whose old entry is gone, such as `ann: partners > staff`'),
  grantsReachingNobody: z.array(z.string()).optional().describe('such as `ADMIN to group admins`'),
  emptyGroups: names.optional(),
  refusals: z
    .array(z.enum(['WOULD_LOCK_OUT_VIEWER', 'NO_SYS_ADMIN_LEFT']))
    .optional()
    .describe('what an interface says would have to be confirmed'),
};

/** What must hold of a present or a past state. */
const state = {
  check: z
    .partialRecord(
      permission,
      z.strictObject({ allowed: names.optional(), denied: names.optional() }),
    )
    .optional(),
  effectivePermissions: z.record(name, z.array(permission)).optional(),
  effectiveGroups: z
    .record(name, names)
    .optional()
    .describe('all groups of a user, nested ones included'),
  members: z
    .record(name, z.strictObject({ direct: names.optional(), nested: names.optional() }))
    .optional()
    .describe('direct: by an edge to the group; nested: all, direct ones included'),
  holders: z.partialRecord(permission, names).optional(),
  seats: z
    .strictObject({
      used: z.int().optional(),
      warnings: warnings
        .optional()
        .describe('thresholds crossed by the changes of this stage, in order'),
    })
    .optional(),
  explain: z
    .array(
      z.union([
        z.strictObject({
          user: name,
          permission,
          chains: names.describe('every shortest one, such as `sub > top > ADMIN`'),
        }),
        z.strictObject({
          user: name,
          permission,
          missing: names.describe('every reason: its code, or its code and its facts'),
        }),
        z.strictObject({
          user: name,
          permission,
          allChains: names.describe('every one without a repeated group, in order'),
        }),
      ]),
    )
    .optional(),
};

const expectation = z.strictObject({
  ...state,
  holdersWhere: z
    .array(
      z.strictObject({
        permission,
        directory: name.optional().describe('only names that mean an entry of it'),
        onlyThroughNesting: z.boolean().optional(),
        users: names,
      }),
    )
    .optional(),
  expand: z
    .array(
      z.strictObject({
        group: name,
        tree: z
          .array(z.string())
          .describe('every node, from the root down: `top > sub in staff: ann, bob`, `(cycle)`'),
      }),
    )
    .optional(),
  findings: z
    .partialRecord(z.enum(FINDING_CODES), z.array(z.string()))
    .optional()
    .describe('all findings of the codes named, without the code'),
  preview: z
    .array(z.strictObject({ change: z.union([change, z.array(change)]), ...effect }))
    .optional()
    .describe('what changes would do that are not made'),
  asOf: z
    .array(
      z.union([
        z.strictObject({ stage: z.int().min(0), ...state }),
        z.strictObject({
          stage: z.int().min(0),
          unreachable: z.enum(['DIRECTORY_REMOVED', 'DIRECTORY_RELOADED']),
        }),
      ]),
    )
    .optional()
    .describe('what must hold as of the end of an earlier stage; 0 is the set-up'),
  diff: z
    .array(z.strictObject({ from: z.int().min(0), to: z.int().min(0), ...effect }))
    .optional()
    .describe('what happened between the ends of two stages'),
});

/** One rule of the permission engine: a set-up, and stages of changes with what must hold after them. */
export const SCENARIO_FORMAT = z.strictObject({
  scenario: z.string().min(10).describe('the rule in one sentence'),
  source: z.string().min(10).describe('where the rule is written down'),
  scheme: z.literal('bitbucket').optional(),
  mode: mode.optional().describe('FIRST_DIRECTORY unless said otherwise'),
  directories: z.array(directory).describe('in order: the first one wins'),
  grants: z.partialRecord(permission, names).optional().describe('to groups'),
  userGrants: z.partialRecord(permission, names).optional().describe('to users'),
  licence: z.strictObject({ limit }).optional().describe('unlimited unless said otherwise'),
  stages: z
    .array(
      z.strictObject({
        change: z.union([change, z.array(change)]).optional(),
        expect: expectation,
      }),
    )
    .min(1),
});

export type ScenarioFile = z.infer<typeof SCENARIO_FORMAT>;
export type ScenarioDirectory = z.infer<typeof directory>;
export type ScenarioChange = z.infer<typeof change>;
export type ScenarioGrant = z.infer<typeof grant>;
export type Expectation = z.infer<typeof expectation>;
export type ExpectedState = Pick<Expectation, keyof typeof state>;
export type ExpectedEffect = Partial<
  Pick<NonNullable<Expectation['preview']>[number], keyof typeof effect>
>;

/** @throws Error that names the file and every place where it leaves the format. */
export function loadScenario(path: string): ScenarioFile {
  const result = SCENARIO_FORMAT.safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}

/** What `scenario.schema.json` must hold, for editors. */
export function scenarioJsonSchema(): unknown {
  return JSON.parse(JSON.stringify(z.toJSONSchema(SCENARIO_FORMAT)));
}
