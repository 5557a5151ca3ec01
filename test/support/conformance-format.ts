import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { APPLICATION_PERMISSIONS } from '../../src/domain/index.js';

/** Where these tables are, relative to the root of the repository. */
export const CONFORMANCE_FOLDER = 'test/userserver/conformance';

/** Tables that hold no rows. */
const OTHER_TABLES: readonly string[] = ['documents.yaml', 'resources.yaml'];

const about = z.string().min(10).describe('what the table is about');
const source = z
  .string()
  .regex(/^\d{1,2}(?:\.\d{1,2})?(?: and \d{1,2}(?:\.\d{1,2})?)?, \S/)
  .describe(
    "section of the protocol's sheet and its subject, and who relies on it or why it is so",
  );
const format = z.enum(['XML', 'JSON']);

const bodies = z.strictObject({
  xml: z.string().describe('text; line breaks, and what indents the next line, are no part of it'),
  json: z.json().describe('value; the order of keys is left open'),
});

const answerOf = z
  .union([z.string().regex(/^\$\w+$/), bodies])
  .describe('the whole body, or the name of a document; an answer without one is empty');

const stepShape = {
  send: z
    .string()
    .regex(/^(?:GET|POST|PUT|DELETE) \/\S*$/)
    .describe('method and address below the base; $name stands for what is held'),
  as: z
    .string()
    .optional()
    .describe('the application that asks; Stash, which may do all, if left out'),
  headers: z.record(z.string(), z.string()).optional().describe('in place of those of the format'),
  body: bodies.optional().describe('what is sent'),
};

const tellingShape = {
  status: z.int(),
  reason: z.string().optional().describe('of the error document, which has some message as well'),
  silent: z.literal(true).optional().describe('the error document has no message'),
  location: z.string().optional(),
  type: z.string().optional().describe('where it is not that of the format'),
  told: format.optional().describe('the format of the answer where it is not that of the row'),
  heads: z.record(z.string(), z.string()).optional().describe('headers beside the usual ones'),
  answer: answerOf.optional(),
};

const given = z.union([
  z.strictObject({
    ...stepShape,
    status: z.int().optional().describe('any of success if left out'),
    keep: z
      .record(z.string(), z.string())
      .optional()
      .describe('names under which fields of the answer are held'),
  }),
  z.strictObject({ wait: z.int().describe('minutes that pass') }),
]);

const step = z.strictObject({ ...stepShape, ...tellingShape });

const row = z.strictObject({
  name: z.string().min(10).describe('what the row says, in words'),
  source,
  formats: z.array(format).optional().describe('both if left out'),
  given: z.array(given).optional().describe('what happens before'),
  ...stepShape,
  ...tellingShape,
  afterwards: z.array(step).optional().describe('what is answered then'),
});

const method = z.strictObject({
  query: z.string().optional().describe('of the example'),
  body: bodies.optional().describe('of the example'),
  status: z.int().describe('what the example is answered with'),
  needs: z.array(z.string()).optional().describe('parameters that must be there and not empty'),
  may: z.enum(APPLICATION_PERMISSIONS).optional().describe('the permission it takes'),
  told: format.optional().describe('the format of the answer whatever is asked for'),
  type: z.string().optional().describe('of an answer that is no document'),
  answers: z
    .array(z.string().regex(/^\d{3}(?: [A-Z_]+)?$/))
    .describe('status and reason of what rows must show; what all resources share is left out'),
});

/** The tables by their kinds. */
export const CONFORMANCE_FORMATS = {
  conformance: z.strictObject({ about, rows: z.array(row) }),
  documents: z.strictObject({ about, documents: z.record(z.string(), bodies) }),
  resources: z.strictObject({
    about,
    resources: z.record(
      z.string().regex(/^\//),
      z.partialRecord(z.enum(['GET', 'POST', 'PUT', 'DELETE']), method),
    ),
  }),
};

export type Format = z.infer<typeof format>;
export type Bodies = z.infer<typeof bodies>;
export type Given = z.infer<typeof given>;
export type Step = z.infer<typeof step>;
export type Row = z.infer<typeof row> & { readonly file: string };
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A method of a resource as the tables have it. */
export type Offer = z.infer<typeof method> & {
  /** A star stands for the last part of a path. */
  readonly path: string;
  readonly method: Method;
};

export interface ConformanceTables {
  /** In the order of the files' names. */
  readonly rows: readonly Row[];
  readonly documents: Readonly<Record<string, Bodies>>;
  readonly offers: readonly Offer[];
}

/** @throws Error that names the file and every place where it leaves the format. */
export function loadConformanceTables(): ConformanceTables {
  const files = readdirSync(CONFORMANCE_FOLDER)
    .filter((name) => name.endsWith('.yaml') && !OTHER_TABLES.includes(name))
    .sort();
  const { resources } = load('resources', 'resources.yaml');
  return {
    rows: files.flatMap((file) =>
      load('conformance', file).rows.map((each) => ({ ...each, file: file.replace('.yaml', '') })),
    ),
    documents: load('documents', 'documents.yaml').documents,
    offers: Object.entries(resources).flatMap(([path, methods]) =>
      Object.entries(methods).map(([name, offer]) => ({ ...offer, path, method: name as Method })),
    ),
  };
}

/** What `NAME.schema.json` must hold, for editors. */
export function conformanceJsonSchema(name: keyof typeof CONFORMANCE_FORMATS): unknown {
  return JSON.parse(JSON.stringify(z.toJSONSchema(CONFORMANCE_FORMATS[name])));
}

function load<Name extends keyof typeof CONFORMANCE_FORMATS>(
  name: Name,
  file: string,
): z.infer<(typeof CONFORMANCE_FORMATS)[Name]> {
  const path = join(CONFORMANCE_FOLDER, file);
  const result = CONFORMANCE_FORMATS[name].safeParse(
    parse(readFileSync(path, 'utf8'), { merge: true }),
  );
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data as z.infer<(typeof CONFORMANCE_FORMATS)[Name]>;
}
