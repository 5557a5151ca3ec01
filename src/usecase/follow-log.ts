import type { ChangeCursor, ChangeKind, ChangeOf, LoggedChange } from '../domain/index.js';
import type { Gateway } from './gateway.js';
import { type Administrator, holds } from './viewer.js';

const PAGE = 100;
/** How long the cursor of another process may be ahead of this one. */
const REACH_MS = 2_000;

/** An entry of the log of one of the kinds. */
export type LoggedOf<Kind extends ChangeKind> = LoggedChange & { readonly change: ChangeOf<Kind> };

/**
 * Entries of some kinds after the cursor (`null`: from now on), oldest first and then as they happen,
 * each at least once and in log order. They are read from the log, never from memory, so a cut or a
 * restart loses none. Ends when the signal is given or when the viewer is no administrator any more.
 * @throws GatehouseError `REVISION_NOT_REACHABLE` when the log was cut off after the cursor;
 *   `REVISION_NOT_REACHED` when it does not come to it, as that of an older backup.
 */
export async function* followLog<Kind extends ChangeKind>(
  gateway: Gateway,
  viewer: Administrator,
  {
    kinds,
    after,
    signal,
  }: {
    readonly kinds: readonly Kind[];
    readonly after: ChangeCursor | null;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<LoggedOf<Kind>> {
  const wanted: ReadonlySet<ChangeKind> = new Set(kinds);
  const { live, store } = gateway;
  const isAdmitted = () => holds(live.index, viewer, live.index.scheme.scheme.administration);
  if (after !== null) await live.reach(after.revision, REACH_MS);
  let cursor = after ?? live.end();
  /** Whether the log has nothing for this subscriber up to where the process stands. */
  let idle = false;
  let news = false;
  let wake: () => void = () => undefined;
  let awake = Promise.resolve();
  const sleepAgain = () => {
    awake = new Promise((resolve) => {
      wake = resolve;
    });
  };
  // Whoever waits for long is not overtaken by the cut of the log.
  const moveOn = () => {
    const end = live.end();
    if (end.revision > cursor.revision) cursor = end;
  };
  sleepAgain();
  const stop = live.listen((changes, heard) => {
    const isNews = heard === 'NOT_ALL' || changes.some(({ change }) => wanted.has(change.kind));
    if (isNews || !isAdmitted()) {
      news = true;
      idle = false;
      wake();
    } else if (idle) {
      moveOn();
    }
  });
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    while (!signal.aborted && isAdmitted()) {
      news = false;
      const changes = await store.reader.changes({ after: cursor, limit: PAGE, kinds });
      for (const change of changes) {
        if (signal.aborted || !isAdmitted()) return;
        yield change;
        cursor = { revision: change.revision, ordinal: change.ordinal };
      }
      if (changes.length > 0) continue;
      if (!news) {
        idle = true;
        moveOn();
      }
      await awake;
      sleepAgain();
    }
  } finally {
    stop();
    signal.removeEventListener('abort', abort);
  }
}
