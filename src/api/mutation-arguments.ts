import type { Confirmation } from '../usecase/index.js';

/** The argument by which a refusal is overridden, the same on every mutation that has it. */
export const CONFIRM = {
  nullable: true,
  description: 'Refusals to override, by name.',
} as const;

export function confirmed(confirm: readonly Confirmation[] | null | undefined): Confirmation[] {
  return [...(confirm ?? [])];
}

/** The fields that were given: in an input, null means left out. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}
