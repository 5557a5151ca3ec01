import { setFlagsFromString } from 'node:v8';

/**
 * Keeps V8 from allocating objects among the old ones because others from the same line of code have
 * outlived one small collection. A batch that is written and dropped is alive as a whole whenever such a
 * collection falls into it: all later ones then became garbage that only a full collection finds, 140 MB
 * in some synchronisations of a million memberships. For the whole process, to be called before it does
 * anything else.
 */
export function letBatchesDieYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
