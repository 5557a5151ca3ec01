import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { REMOVAL_POLICIES } from '../../src/domain/index.js';
import { BITBUCKET_SCHEME } from './scenario-scheme.js';

/** Where these scenarios are, relative to the root of the repository. */
export const RETURNING_FOLDER = 'test/scenario/returning';

const name = z.string();
const names = z.array(name);
const permission = z.enum(BITBUCKET_SCHEME.permissions.map(({ key }) => key));
const id = z
  .union([z.int(), z.string()])
  .nullable()
  .describe('by which the server knows the user; null when it tells none');
const code = z.string().regex(/^[A-Z_]+$/);
const groups = z.record(name, names).describe('direct members of each group');

const server = z.strictObject({
  users: z.record(name, z.union([id, z.strictObject({ id, active: z.boolean() })])),
  groups: groups.optional(),
});

const directory = z.strictObject({ users: names, groups: groups.optional() });

const connection = z.strictObject({
  onUserRemoved: z.enum(REMOVAL_POLICIES).optional().describe('DELETE unless said otherwise'),
  tombstoneDays: z.int().min(0).optional().describe('7 unless said otherwise'),
});

const state = {
  users: names
    .optional()
    .describe('of the directory that is synchronised: `sam`, or `sam (inactive)`'),
  members: groups.optional().describe('of its groups; a group is not there unless it is named'),
  grants: z.partialRecord(permission, names).optional().describe('to groups'),
  userGrants: z.partialRecord(permission, names).optional().describe('to users'),
  seats: names.optional().describe('who takes one, of whatever directory'),
  setAside: z
    .array(z.string())
    .optional()
    .describe('`LICENSED_USER sam: 1 > 3`: the permission, the name, the id of before and of now'),
  tombstones: z.array(z.string()).optional().describe('`sam`, or `sam, who stays`'),
};

const { users, members, userGrants, seats, ...mayBeNone } = state;
const end = z
  .strictObject({
    users: users.unwrap(),
    members: members.unwrap(),
    userGrants: userGrants.unwrap(),
    seats: seats.unwrap(),
    ...mayBeNone,
  })
  .describe('all that is left; there is nothing of what is not named');

const afterwards = {
  expect: z.strictObject(state).optional().describe('what is not named is not looked at'),
};
const refused = code.optional().describe('the code with which it is refused');

const step = z.union([
  z.strictObject({
    server: server.describe('what the server has from now on; the directory is synchronised'),
    held: code
      .optional()
      .describe('why the run is held; an administrator looks at it and releases it'),
    ...afterwards,
  }),
  z.strictObject({
    days: z.int().min(0),
    upkeep: z.literal(true).optional().describe('at their end, what is due is purged'),
    ...afterwards,
  }),
  z.strictObject({
    connection: connection.describe('settings that are changed'),
    ...afterwards,
  }),
  z.strictObject({ grant: z.strictObject({ permission, user: name }), ...afterwards }),
  z.strictObject({
    restore: name.describe('the oldest tombstone of the name'),
    refused,
    ...afterwards,
  }),
  z.strictObject({
    purge: name.describe('the oldest tombstone of the name'),
    refused,
    ...afterwards,
  }),
  z.strictObject({
    confirm: name.describe('all that was set aside of the name'),
    refused,
    ...afterwards,
  }),
  z.strictObject({
    dismiss: name.describe('all that was set aside of the name'),
    refused,
    ...afterwards,
  }),
]);

/** One rule of what becomes of users whose server renames, deletes or brings back whoever bore a name. */
export const RETURNING_FORMAT = z.strictObject({
  scenario: z.string().min(10).describe('the rule in one sentence'),
  source: z.string().min(10).describe('where the rule is written down'),
  asGeneration: z
    .literal(true)
    .optional()
    .describe('played as a new generation too, which is slow: each of its runs writes a crowd'),
  connection: connection.optional(),
  above: directory.optional().describe('an internal directory before the one that is synchronised'),
  below: directory.optional().describe('an internal directory after it'),
  grants: z.partialRecord(permission, names).optional().describe('to groups'),
  userGrants: z.partialRecord(permission, names).optional().describe('to users'),
  steps: z.array(step).min(1),
  end,
});

export type ReturningFile = z.infer<typeof RETURNING_FORMAT>;
export type ReturningStep = ReturningFile['steps'][number];
export type ServerState = z.infer<typeof server>;
export type ExpectedState = NonNullable<ReturningStep['expect']>;

export interface NamedReturning {
  /** The file's name without its ending. */
  readonly name: string;
  readonly file: ReturningFile;
}

/** @throws Error that names the file and every place where it leaves the format. */
export function loadReturning(): NamedReturning[] {
  return readdirSync(RETURNING_FOLDER)
    .filter((entry) => entry.endsWith('.yaml'))
    .sort()
    .map((entry) => {
      const path = join(RETURNING_FOLDER, entry);
      const result = RETURNING_FORMAT.safeParse(parse(readFileSync(path, 'utf8')));
      if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
      return { name: entry.slice(0, -5), file: result.data };
    });
}

/** What `returning.schema.json` must hold, for editors. */
export function returningJsonSchema(): unknown {
  return JSON.parse(JSON.stringify(z.toJSONSchema(RETURNING_FORMAT)));
}
