import type { Job } from 'agenda';

/** Tells an error to whoever reads the log. */
export type Tell = (error: unknown, message: string) => void;

/**
 * Does the work of a job and keeps its lock meanwhile: one that is not touched would be taken for that
 * of a process which is gone.
 */
export async function whileAlive<Result>(
  job: Pick<Job, 'touch'>,
  { lockLifeMs, tell }: { readonly lockLifeMs: number; readonly tell: Tell },
  work: () => Promise<Result>,
): Promise<Result> {
  const alive = setInterval(() => {
    job.touch().catch((error: unknown) => tell(error, 'a lock could not be kept'));
  }, lockLifeMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(alive);
  }
}
