import { signIn, userByName, viewOf } from '../usecase/index.js';
import { badInput } from './errors.js';
import type { Handler } from './exchange.js';
import { asText, parseJsonObject } from './json-value.js';
import type { RequestBody } from './request-body.js';
import { signInRefusal } from './sign-in-refusal.js';
import { child, parseXml } from './xml-element.js';

/** Checks a user's password and answers the user. It makes no session. */
export const authenticate: Handler = async ({ gateway, caller, query, readBody }) => {
  const name = query.required('username');
  const password = readPassword(await readBody());
  const credentials = { name, password, address: caller.address };
  const result = await signIn(gateway, credentials, () => viewOf(gateway, caller));
  if (result.outcome === 'REFUSED') throw signInRefusal(result.reason);
  return { kind: 'user', user: await userByName(gateway, caller, result.user.name) };
};

/** `<password><value>…</value></password>` or `{"value":"…"}`, every character as it was sent. */
function readPassword({ format, text }: RequestBody): string {
  const value = format === 'XML' ? xmlPassword(text) : asText(parseJsonObject(text).value);
  if (value === null) throw badInput('value', 'is missing: send the password in it');
  return value;
}

function xmlPassword(text: string): string | null {
  const root = parseXml(text);
  return root.name === 'password' ? (child(root, 'value')?.text ?? null) : null;
}
