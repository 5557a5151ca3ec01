import type { JobState } from 'agenda';

/** A part of a WHERE, and its parameters. */
export interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export function condition(sql: string, ...parameters: unknown[]): Condition {
  return { sql, parameters };
}

/** A column that holds one of any number of texts. */
export function isOneOf(
  dialect: 'sqlite' | 'mysql',
  column: string,
  texts: readonly string[],
): Condition {
  if (texts.length === 0) return condition('1 = 0');
  // SQLite bounds the number of parameters; MySQL's driver writes the list out.
  return dialect === 'sqlite'
    ? condition(`${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(texts))
    : condition(`${column} IN (?)`, texts);
}

export function not({ sql, parameters }: Condition): Condition {
  return { sql: `NOT (${sql})`, parameters };
}

/** All of them; everything when there are none. */
export function allOf(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? '1 = 1' : conditions.map(({ sql }) => `(${sql})`).join(' AND '),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  };
}

/** A text anywhere in a column, whatever its case as far as the database knows letters. */
export function contains(column: string, text: string): Condition {
  const pattern = text.replace(/[\\%_]/g, (special) => `\\${special}`);
  return condition(`LOWER(${column}) LIKE LOWER(?) ESCAPE ?`, `%${pattern}%`, '\\');
}

/**
 * The state of a job in SQL, by the same rules in the same order as Agenda's `computeJobState`; its
 * one parameter is the time by the clock of this process.
 */
export const STATE = `CASE
  WHEN locked_at IS NOT NULL THEN 'running'
  WHEN failed_at IS NOT NULL AND (last_finished_at IS NULL OR failed_at >= last_finished_at) THEN 'failed'
  WHEN repeat_interval IS NOT NULL AND repeat_interval <> '""' AND repeat_interval <> '0' THEN 'repeating'
  WHEN next_run_at > ? THEN 'scheduled'
  WHEN next_run_at IS NOT NULL THEN 'queued'
  ELSE 'completed' END`;

export function isInState(state: JobState): Condition {
  if (state === 'paused') return condition('disabled = 1');
  return condition(`${STATE} = ?`, Date.now(), state);
}
