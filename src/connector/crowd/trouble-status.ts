/** Answers of an overloaded server or of a proxy that waited in vain: trying later may help. */
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429]);

/** Whether a status says that the server as a whole does not work at present. */
export function isTrouble(status: number): boolean {
  return status >= 500 || PASSING_STATUS.has(status);
}
