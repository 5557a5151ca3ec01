import { ArgsType, Field } from 'type-graphql';
import type { Confirmation, Done, Manner, Moment } from '../usecase/index.js';
import { ConfirmationEnum } from './enums.js';
import type { RequestContext } from './request-context.js';
import { PreviewObject } from './types/preview.js';

/** What a mutation that can move permissions takes. */
@ArgsType()
export class DryRunArguments {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Only find out what it would do: everything is checked and done as ever and then taken back. The payload is as it would be, with a `preview`; nothing is written and nobody is told.',
  })
  readonly dryRun: boolean | null = false;
}

const CONFIRM_OPTIONS = { nullable: true, description: 'Refusals to override, by name.' };

/** What one takes that can be refused unless it is confirmed. */
@ArgsType()
export class MannerArguments extends DryRunArguments {
  @Field(() => [ConfirmationEnum], CONFIRM_OPTIONS)
  readonly confirm?: Confirmation[] | null;
}

/** The same for one that moves no permissions, so that there is nothing to look at beforehand. */
@ArgsType()
export class ConfirmArguments {
  @Field(() => [ConfirmationEnum], CONFIRM_OPTIONS)
  readonly confirm?: Confirmation[] | null;
}

export function mannerOf({ dryRun, confirm }: Partial<MannerArguments>): Manner {
  return { dryRun: dryRun ?? false, confirm: confirm ?? [] };
}

/** What every payload says of a change that was made or tried. */
export function told({ revision, forecast }: Done<unknown>) {
  return { revision, preview: forecast && new PreviewObject(forecast) };
}

/** The moment at which the result is to be looked at: of a dry run the state that it leads to. */
export function momentAfter({ now }: RequestContext, { forecast }: Done<unknown>): Moment {
  return forecast?.after ?? now;
}

/** The fields that were given: in an input, null means left out. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: NonNullable<Fields[Name]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as { [Name in keyof Fields]?: NonNullable<Fields[Name]> };
}
