import {
  groupAttributes,
  storeGroupAttributes,
  storeUserAttributes,
  userAttributes,
} from '../usecase/index.js';
import { readAttributesBody } from './entity-bodies.js';
import type { Handler } from './exchange.js';
import { NO_CONTENT } from './reply.js';

const OWNERS = {
  user: { parameter: 'username', read: userAttributes, store: storeUserAttributes },
  group: { parameter: 'groupname', read: groupAttributes, store: storeGroupAttributes },
} as const;

type Kind = keyof typeof OWNERS;

export const readAttributes =
  (of: Kind): Handler =>
  async ({ gateway, caller, query }) => {
    const { parameter, read } = OWNERS[of];
    const name = query.required(parameter);
    return { kind: 'attributes', of, name, attributes: await read(gateway, caller, name) };
  };

/** Attributes that are not named stay as they are. */
export const storeAttributes =
  (of: Kind): Handler =>
  async ({ gateway, caller, query, readBody }) => {
    const { parameter, store } = OWNERS[of];
    const name = query.required(parameter);
    await store(gateway, caller, name, readAttributesBody(await readBody()));
    return NO_CONTENT;
  };

/** Also of one that there is not. */
export const removeAttribute =
  (of: Kind): Handler =>
  async ({ gateway, caller, query }) => {
    const { parameter, store } = OWNERS[of];
    const name = query.required(parameter);
    const attribute = { name: query.required('attributename'), values: [] };
    await store(gateway, caller, name, [attribute]);
    return NO_CONTENT;
  };
