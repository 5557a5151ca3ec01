import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';
import { printGatehouseSchema } from '../../src/api/index.js';

const PRINTED = 'schema/schema.graphql';

describe('the schema', () => {
  it('is the one that is checked in (`npm run schema` prints it anew)', async () => {
    expect(await printGatehouseSchema()).toBe(await readFile(PRINTED, 'utf8'));
  });

  it('describes every type, field, argument, input field and enum value', async () => {
    expect([...undescribed(buildSchema(await printGatehouseSchema()))]).toEqual([]);
  });

  it('never shows a password or a secret', async () => {
    const schema = buildSchema(await printGatehouseSchema());
    const shown = Object.values(schema.getTypeMap()).flatMap((type) =>
      'getFields' in type && !isInputObjectType(type) && !isIntrospectionType(type)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
    expect(shown.filter((field) => /password|secret|hash/i.test(field))).toEqual([
      'Application.previousPasswordUntil',
      'ConnectionSettings.hasPassword',
      'Mutation.resetPassword',
      'PasswordResetPayload.revision',
    ]);
  });

  it('pages every list whose length people decide', async () => {
    const schema = buildSchema(await printGatehouseSchema());
    const lists = Object.values(schema.getQueryType()?.getFields() ?? {})
      .filter(({ type }) => String(type).endsWith('Connection!'))
      .map(({ name, args }) => ({ name, takes: args.map((argument) => argument.name) }));
    expect(lists.length).toBeGreaterThan(5);
    for (const { takes } of lists)
      expect(takes).toEqual(expect.arrayContaining(['after', 'first']));
  });
});

function* undescribed(schema: GraphQLSchema): Generator<string> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    if (!type.description) yield type.name;
    if (isEnumType(type)) {
      for (const { name, description } of type.getValues()) {
        if (!description) yield `${type.name}.${name}`;
      }
    } else if ('getFields' in type && !isUnionType(type)) {
      for (const field of Object.values(type.getFields())) {
        if (!field.description) yield `${type.name}.${field.name}`;
        const args: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
        for (const { name, description } of args) {
          if (!description) yield `${type.name}.${field.name}(${name}:)`;
        }
      }
    }
  }
}
