import type { Revision } from '../domain/index.js';
import { type Finding, finish, type PermissionIndex } from '../engine/index.js';
import type { Gateway } from './gateway.js';
import { inSlices } from './in-slices.js';
import type { LiveIndex } from './live-index.js';
import type { Administrator } from './viewer.js';

/** All findings at one revision, in the engine's order. */
export interface Advice {
  readonly revision: Revision;
  readonly findings: readonly Finding[];
}

/** How often the search begins again because the index moved, before older advice has to do. */
const ATTEMPTS = 5;

interface Found extends Advice {
  readonly index: PermissionIndex;
}

interface Kept {
  advice: Found | null;
  making: Promise<Found> | null;
}

const KEPT = new WeakMap<LiveIndex, Kept>();

/**
 * What an administrator may want to look at. It is found in short slices, so that nobody waits for
 * it, and kept until the index moves. Where it moves again and again, the advice of the last revision
 * that held still is given, which says so; where there is none yet, it is found in one go.
 */
export async function advise({ live }: Gateway, _viewer: Administrator): Promise<Advice> {
  const kept = KEPT.get(live) ?? { advice: null, making: null };
  KEPT.set(live, kept);
  const { index } = live;
  if (kept.advice?.index === index && kept.advice.revision === index.revision) return kept.advice;
  kept.making ??= find(index, kept.advice).finally(() => {
    kept.making = null;
  });
  kept.advice = await kept.making;
  return kept.advice;
}

async function find(index: PermissionIndex, older: Found | null): Promise<Found> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const advice = await findInSlices(index);
    if (advice) return advice;
  }
  return older ?? findAtOnce(index);
}

/** `null` when the index moved meanwhile. */
async function findInSlices(index: PermissionIndex): Promise<Found | null> {
  const { revision } = index;
  const findings = await inSlices(index.findings({}), () => index.revision !== revision);
  return findings && { index, revision, findings };
}

function findAtOnce(index: PermissionIndex): Found {
  const { revision } = index;
  return { index, revision, findings: finish(index.findings({})) };
}
