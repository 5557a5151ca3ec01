/**
 * Says that it is ready, runs one synchronisation once it is told a line, and prints how that ended.
 * Arguments: database URL, id of the directory, milliseconds of the lease, `full` or `events`.
 */
import { once } from 'node:events';
import { openCrowd } from '../../../dist/src/connector/index.js';
import { openStore } from '../../../dist/src/store/index.js';
import { synchroniseDirectory } from '../../../dist/src/sync/index.js';

const [url, directoryId, leaseMs, how] = process.argv.slice(2);
const store = await openStore({ url, secretKey: Buffer.alloc(32, 7) });
const silent = () => undefined;
const services = {
  store,
  connect: (connection, password) => openCrowd(connection, password).ordinary,
  log: { info: silent, warn: silent, error: silent },
};
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const { id, outcome, reason, kind } = await synchroniseDirectory(services, Number(directoryId), {
  leaseMs: Number(leaseMs),
  full: how === 'full',
});
process.stdout.write(`${JSON.stringify({ id, outcome, reason, kind })}\n`);
await store.close();
process.stdin.destroy();
