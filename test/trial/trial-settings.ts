/** What `npm run trial -- NAME` passes on; absent in `npm test`. */
export interface TrialSettings {
  /** How often, or how many; smaller in `npm test` than in a trial. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Reads how long a trial is to be, and says so together with the line that repeats it.
 * @param defaults what `npm test` runs.
 */
export function trialSettings(name: string, defaults: { readonly count: number }): TrialSettings {
  const count = wholeNumber('GATEHOUSE_TRIAL_COUNT') ?? defaults.count;
  const seed = wholeNumber('GATEHOUSE_TRIAL_SEED') ?? Math.floor(Math.random() * 2 ** 31);
  process.stdout.write(
    `trial ${name}: to repeat it, npm run trial -- ${name} --count ${count} --seed ${seed}\n`,
  );
  return { count, seed };
}

function wholeNumber(variable: string): number | null {
  const text = process.env[variable];
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw new Error(`${variable} must be a whole number`);
  return Number(text);
}
