import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** An instant. Only ever given out. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant in UTC as ISO 8601 writes it, such as `2026-01-31T08:15:00.000Z`.',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('a DateTime must be made of a Date');
  },
});

/** A place in the change log. */
export const RevisionScalar = new GraphQLScalarType<number, number>({
  name: 'Revision',
  description:
    'A place in the change log: a whole number that grows by one with each change of the truth. A reader that has reached a revision sees everything that was done up to it.',
  serialize(value) {
    return requireRevision(value);
  },
  parseValue: requireRevision,
  parseLiteral(node) {
    return requireRevision(node.kind === Kind.INT ? Number(node.value) : null);
  },
});

/** A key of the permission scheme in force. */
export const PermissionKeyScalar = new GraphQLScalarType<string, string>({
  name: 'PermissionKey',
  description:
    'The key of a global permission, such as `LICENSED_USER` or `SYS_ADMIN`. Which keys there are is data: ask `permissionScheme`. A key that the scheme in force does not have is refused with `UNKNOWN_PERMISSION`.',
  serialize(value) {
    return requireText(value);
  },
  parseValue: requireText,
  parseLiteral(node) {
    return requireText(
      node.kind === Kind.STRING || node.kind === Kind.ENUM ? node.value : undefined,
    );
  },
});

function requireRevision(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new GraphQLError('a Revision is a whole number from 0 on');
}

function requireText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new GraphQLError('a PermissionKey is a string');
}
