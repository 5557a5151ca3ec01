/** A repeated sign of life. */
export interface Heartbeat {
  /** No beat begins after this, and one that is under way is waited for. */
  stop(): Promise<void>;
}

/** Beats every `everyMs` without keeping the process alive. A beat that fails is told to `onFailure` only. */
export function startHeartbeat(
  everyMs: number,
  beat: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Heartbeat {
  let underWay: Promise<void> | null = null;
  const timer = setInterval(() => {
    // A slow database must not pile up beats.
    underWay ??= beat()
      .catch(onFailure)
      .finally(() => {
        underWay = null;
      });
  }, everyMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}
