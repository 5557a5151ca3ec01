import type { Attribute, GroupFacts } from '../domain/index.js';
import type { UserDetails } from '../usecase/index.js';
import { type Fields, readEntity, readListEntity } from './body-fields.js';
import { badInput } from './errors.js';
import { asText, parseJsonObject } from './json-value.js';
import type { RequestBody } from './request-body.js';
import { parseXml } from './xml-element.js';

/** A user as a body tells of one. */
export interface UserBody {
  readonly name: string;
  readonly details: UserDetails;
  /** `null` when there is none. */
  readonly password: string | null;
  readonly attributes: readonly Attribute[];
}

/** @throws GatehouseError `INPUT_INVALID`, as all of these. */
export function readUserBody(body: RequestBody): UserBody {
  const fields = readEntity(body, 'user');
  return {
    name: requiredName(fields),
    details: {
      firstName: fields.text('first-name', 'firstName') ?? '',
      lastName: fields.text('last-name', 'lastName') ?? '',
      displayName: fields.text('display-name', 'displayName') ?? '',
      email: fields.text('email') ?? '',
      active: readActive(fields),
    },
    password: fields.inner('password')?.text('value') ?? null,
    attributes: attributesIn(fields),
  };
}

/** A missing type is that of a group; there are no roles. */
export function readGroupBody(body: RequestBody): GroupFacts {
  const fields = readEntity(body, 'group');
  const type = fields.text('type')?.trim() || 'GROUP';
  if (type.toUpperCase() !== 'GROUP') throw badInput('type', 'must be GROUP');
  return {
    name: requiredName(fields),
    description: fields.text('description') ?? '',
    active: readActive(fields),
  };
}

/** The name of a user or group that is to be put somewhere. */
export function readNameBody(body: RequestBody, kind: 'user' | 'group'): string {
  return requiredName(readEntity(body, kind));
}

export function readAttributesBody(body: RequestBody): readonly Attribute[] {
  return attributesIn(readListEntity(body, 'attributes'));
}

/** Every character as it was sent. */
export function readPasswordBody(body: RequestBody): string {
  const value = readEntity(body, 'password').text('value');
  if (value === null) throw badInput('value', 'is missing: send the password in it');
  return value;
}

/** Clients do not agree on the names in XML, so whatever the first element is holds the new name. */
export function readNewNameBody({ format, text }: RequestBody): string {
  const name = format === 'XML' ? newNameInXml(text) : newNameInJson(text);
  if (name === null || name === '') throw badInput('new-name', 'is missing');
  return name;
}

function newNameInXml(text: string): string | null {
  const root = parseXml(text);
  const [first = root] = root.children;
  return first.text;
}

function newNameInJson(text: string): string | null {
  const object = parseJsonObject(text);
  return asText(object['new-name']) ?? asText(object.newName) ?? asText(object.name);
}

function attributesIn(fields: Fields): Attribute[] {
  return fields.list('attributes', 'attribute').map((attribute) => ({
    name: requiredName(attribute),
    values: attribute.texts('values', 'value'),
  }));
}

function requiredName(fields: Fields): string {
  const name = fields.text('name');
  if (name === null || name === '') throw badInput('name', 'is missing');
  return name;
}

function readActive(fields: Fields): boolean {
  const text = fields.text('active')?.trim().toLowerCase() || 'true';
  if (text !== 'true' && text !== 'false') throw badInput('active', 'must be true or false');
  return text === 'true';
}
