import { PermissionIndex } from '../../../src/engine/index.js';
import type { BenchOptions, BenchReport } from '../bench.js';
import { countsOf } from '../dataset/data-set.js';
import { FreshNames } from '../dataset/fresh-names.js';
import { openData } from '../dataset/open-data.js';
import { snapshotOf } from '../dataset/snapshot.js';
import { canonicalFacts } from '../limit/canonical-facts.js';
import { Limit } from '../limit/limit.js';
import type { Line } from '../measure/figures.js';
import { type MysqlServer, openMysqlServer } from '../rivals/mysql-server.js';
import { measureChanges } from './changes.js';
import { measureChecks } from './checks.js';
import { compareWithLimit } from './cross-check.js';
import { measureDrift } from './drift.js';
import { measureExplanations } from './explanations.js';
import { measureFindings } from './findings.js';
import { measureListings } from './listings.js';
import { measureLoading } from './loading.js';
import { measureMemory } from './memory.js';
import { measurePreviews } from './previews.js';
import { measureRivals } from './rivals.js';
import type { Stage } from './stage.js';
import { measureStores } from './stores.js';

/** With more memberships than this, only what is in memory is measured. */
const MOST_FOR_DATABASES = 2_000_000;

type Server = MysqlServer | null;

/** The parts of the bench, in the order of the table. */
const PARTS: Readonly<Record<string, (stage: Stage, server: Server) => Line[] | Promise<Line[]>>> =
  {
    checks: measureChecks,
    listings: measureListings,
    changes: measureChanges,
    explanations: measureExplanations,
    previews: measurePreviews,
    findings: measureFindings,
    loading: measureLoading,
    memory: measureMemory,
    drift: measureDrift,
    stores: measureStores,
    rivals: measureRivals,
  };
const WITH_DATABASES = ['stores', 'rivals'];

export const ENGINE_PARTS: readonly string[] = Object.keys(PARTS);

/** Measures the engine beside the ruler and the rivals, after their answers were compared. */
export async function runEngineBench({ source, only, say }: BenchOptions): Promise<BenchReport> {
  say('making the data');
  const data = openData(source);
  const counts = countsOf(data);
  const facts = canonicalFacts(data);
  const index = new PermissionIndex(snapshotOf(data));
  const limit = new Limit(data, facts);
  const freshUsers = new FreshNames(data.userNames);
  const stage: Stage = { source, data, counts, facts, index, limit, freshUsers, say };
  say('comparing answers with the limit');
  compareWithLimit(stage);

  const parts = ENGINE_PARTS.filter((part) => {
    if (only.length > 0) return only.includes(part);
    return counts.memberships <= MOST_FOR_DATABASES || !WITH_DATABASES.includes(part);
  });
  const notes: string[] = [];
  if (only.length === 0 && parts.length < ENGINE_PARTS.length) {
    notes.push(`${WITH_DATABASES.join(' and ')}: left out at this size`);
  }
  const lines: Line[] = [];
  const needsServer = parts.some((part) => WITH_DATABASES.includes(part));
  const server = needsServer ? await openMysqlServer() : null;
  if (needsServer && !server) notes.push('MariaDB: left out, none was found');
  try {
    for (const part of parts) {
      say(`measuring ${part}`);
      lines.push(...(await PARTS[part](stage, server)));
    }
  } finally {
    await server?.stop();
  }
  say('comparing answers once more');
  compareWithLimit(stage);
  const size = Object.entries(counts).map(([what, count]) => {
    return `${count.toLocaleString('en')} ${what.replace('Rows', ' rows')}`;
  });
  return { title: `engine, ${data.label}: ${size.join(', ')}`, counts, lines, notes };
}
