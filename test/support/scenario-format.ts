import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { MEMBERSHIP_MODES } from '../../src/domain/index.js';
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

const expectation = z.strictObject({
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
      warnings: z
        .array(z.enum(['90 UP', '100 UP', '90 DOWN', '100 DOWN']))
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
      ]),
    )
    .optional(),
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
