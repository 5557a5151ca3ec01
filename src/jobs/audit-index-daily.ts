import { auditIndex, type Gateway } from '../usecase/index.js';

const DAY_MS = 24 * 60 * 60_000;
/** A process that is started anew each day is audited too. */
const FIRST_MS = 30 * 60_000;
/** Processes that were started together do not all build a second index at once. */
const SPREAD = 0.5;

/**
 * Audits the index of this process once a day. This is no job of Agenda's, which gives each to one
 * process: every process has an index of its own that nobody else can look at.
 * @returns how to stop; an audit that goes on is not waited for.
 */
export function auditIndexDaily(gateway: Gateway, firstMs = FIRST_MS): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const plan = (ms: number) => {
    timer = setTimeout(audit, ms * (1 + SPREAD * Math.random()));
  };
  const audit = async () => {
    try {
      await auditIndex(gateway);
    } catch (error) {
      if (!stopped) gateway.log.warn({ err: error }, 'the permission index could not be audited');
    }
    if (!stopped) plan(DAY_MS);
  };
  plan(firstMs);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
