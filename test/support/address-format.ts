import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where these tables are, relative to the root of the repository. */
export const ADDRESS_FOLDER = 'test/userserver/addresses';

/** What an address in a table cannot be; no table holds a host of such a name. */
const NONE = 'none';
const NOTHING = 'nothing';
/** Where a chain has the form that is tried. */
const PLACE = 'FORM';

const about = z.string().min(10).describe('what the table says');
const source = z.string().min(10).describe('where its rules are written down');
const address = z.string().regex(/^[0-9a-f.:]+$/);
const range = z.string().regex(/^[0-9a-f.:]+(?:\/\d+)?$/);

const form = z.strictObject({
  form: z.string().describe('as it is told'),
  times: z.int().optional().describe('how often, for what is over-long'),
  socket: z.union([z.literal(NONE), address]).describe('which address it is as the peer'),
  hop: z
    .union([z.literal(NONE), z.literal(NOTHING), address])
    .optional()
    .describe('which it is in X-Forwarded-For; the same unless said otherwise'),
});

const list = z
  .strictObject({
    name: z.string(),
    entries: z.array(z.string()).describe('as an administrator writes them'),
    ranges: z.array(range).optional().describe('what they mean, in canonical form'),
    everybody: range.optional().describe('the range for which the list must be confirmed'),
    refused: z.string().optional().describe('the entry for which the list is not taken'),
  })
  .refine(({ ranges, refused }) => (ranges === undefined) !== (refused === undefined), {
    error: 'has either ranges or is refused',
  });

const judged = z.union([z.literal(PLACE), z.literal(NONE), address]);

const chain = z.strictObject({
  name: z.string(),
  peer: z.string().describe('who opened the connection'),
  trusted: z.array(range).describe('proxies'),
  forwardedFor: z.array(z.string()).describe('lines of the header, in order'),
  judged: judged.describe('the address that is compared'),
  otherwise: judged.optional().describe('the same when the form says nothing'),
});

/** The tables by their files' names. */
export const ADDRESS_FORMATS = {
  forms: z.strictObject({ about, source, forms: z.array(form) }),
  lists: z.strictObject({ about, source, lists: z.array(list) }),
  chains: z.strictObject({ about, source, chains: z.array(chain) }),
};

/** An address as it is told; `null` is no address, `undefined` says nothing. */
export interface AddressForm {
  readonly told: string;
  readonly socket: string | null;
  readonly hop: string | null | undefined;
}

export type AddressList = z.infer<typeof list>;
export type AddressChain = z.infer<typeof chain>;

/** One form on its way through one chain. */
export interface Told {
  readonly peer: string;
  readonly lines: readonly string[];
  /** Which address is to be compared; `null` for none. */
  readonly judged: string | null;
}

export interface AddressTables {
  readonly forms: readonly AddressForm[];
  readonly lists: readonly AddressList[];
  readonly chains: readonly AddressChain[];
}

/** @throws Error that names the file and every place where it leaves the format. */
export function loadAddressTables(): AddressTables {
  return {
    forms: load('forms').forms.map(({ form: text, times = 1, socket, hop = socket }) => ({
      told: text.repeat(times),
      socket: socket === NONE ? null : socket,
      hop: hop === NONE ? null : hop === NOTHING ? undefined : hop,
    })),
    lists: load('lists').lists,
    chains: load('chains').chains,
  };
}

/** Puts a form into a chain. */
export function tell(
  { told, socket, hop }: AddressForm,
  { peer, forwardedFor, judged: expected, otherwise }: AddressChain,
): Told {
  const meant = peer === PLACE ? socket : hop;
  const word = meant === undefined ? (otherwise ?? NONE) : expected;
  return {
    peer: peer.replace(PLACE, () => told),
    lines: forwardedFor.map((line) => line.replace(PLACE, () => told)),
    judged: word === PLACE ? (meant ?? null) : word === NONE ? null : word,
  };
}

/** What `NAME.schema.json` must hold, for editors. */
export function addressJsonSchema(name: keyof typeof ADDRESS_FORMATS): unknown {
  return JSON.parse(JSON.stringify(z.toJSONSchema(ADDRESS_FORMATS[name])));
}

function load<Name extends keyof typeof ADDRESS_FORMATS>(
  name: Name,
): z.infer<(typeof ADDRESS_FORMATS)[Name]> {
  const path = join(ADDRESS_FOLDER, `${name}.yaml`);
  const result = ADDRESS_FORMATS[name].safeParse(parse(readFileSync(path, 'utf8')));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data as z.infer<(typeof ADDRESS_FORMATS)[Name]>;
}
