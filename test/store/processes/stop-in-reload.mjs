/**
 * Stands still in the middle of a run that reloads a directory, and says so. Arguments: database
 * URL, id of the directory.
 */
import { openStore } from '../../../dist/src/store/index.js';

const [url, directoryId] = process.argv.slice(2);
const store = await openStore({ url, secretKey: null });
const lifeMs = 60_000;
const run = await store.runs.start(Number(directoryId), { owner: 'a test', lifeMs });
const reload = await store.beginReload({ directoryId: run.directoryId, run: run.id, lifeMs });
await reload.addGroups(
  Array.from({ length: 2_000 }, (_, i) => ({
    id: null,
    facts: { name: `half loaded ${i}`, description: '', active: true },
  })),
);
process.stdout.write('in the middle\n');
await new Promise((resolve) => process.stdin.once('end', resolve).resume());
