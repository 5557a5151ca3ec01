import { expect } from '@jest/globals';
import type { Given, NpmClient } from './npm-client.js';

/** A call, its arguments, and what it must give. */
export interface Step {
  readonly call: string;
  readonly args: readonly unknown[];
  readonly given: Given;
}

/** In arguments and in what is given it stands for the token that was given last. */
export const TOKEN = '#token';

/** `call('user.get', 'ann').fails('USER_NOT_FOUND')`. */
export function call(path: string, ...args: readonly unknown[]) {
  const step = (given: Given): Step => ({ call: path, args, given });
  return {
    gives: (value: unknown) => step({ value }),
    givesNothing: () => step({ value: null }),
    /** @param error the type of the client's error. */
    fails: (error: string) => step({ error }),
  };
}

/** At least these fields. */
export const like = (fields: object): unknown => expect.objectContaining(fields);

/** Makes the calls one after the other; the first that gives something else ends it. */
export async function play(client: NpmClient, steps: readonly Step[]): Promise<void> {
  let token = '';
  for (const { call: path, args, given } of steps) {
    const got = await client.call(path, ...args.map((arg) => (arg === TOKEN ? token : arg)));
    if (path.startsWith('session.create')) token = tokenIn(got) ?? token;
    const shown = token === '' ? got : withToken(got, token);
    expect({ path, args, ...shown }).toEqual({ path, args, ...given });
  }
}

/** Of a session that was made: one client gives the session, the other its token. `null` when none was. */
export function tokenIn(given: Given): string | null {
  if ('error' in given) return null;
  const { value } = given;
  return typeof value === 'string' ? value : (value as { readonly token: string }).token;
}

function withToken(given: Given, token: string): Given {
  return JSON.parse(JSON.stringify(given).replaceAll(token, TOKEN)) as Given;
}

/** The first step with each call. */
export function firstSteps(steps: readonly Step[]): Step[] {
  return [...new Map(steps.toReversed().map((step) => [step.call, step])).values()].toReversed();
}
