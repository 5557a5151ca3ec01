/**
 * Serves a gateway on the database that the first argument names, and tells its parent by messages:
 * `{ url }` once it serves, `{ error }` for each error it logs, and `{ memory }` when it is asked for
 * anything: the bytes it holds after a garbage collection. Needs `--expose-gc`.
 */
import { setImmediate } from 'node:timers/promises';
import { readConfig } from '../../../dist/src/config.js';
import { startGateway } from '../../../dist/src/wiring.js';

const silent = () => undefined;
/** Whoever hangs up ends this process and is told nothing of how it ends. */
const tell = (word) => {
  if (process.connected) process.send(word);
};
const error = ({ err }, message) =>
  tell({ error: `${message}: ${err instanceof Error ? err.stack : String(err)}` });
const config = readConfig({ HOST: '127.0.0.1', PORT: '0', DATABASE_URL: process.argv[2] });
const running = await startGateway(config, { info: silent, warn: silent, error });

process.on('message', async () => {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await setImmediate();
  }
  const { rss, heapUsed } = process.memoryUsage();
  tell({ memory: { rss, heapUsed } });
});
process.on('disconnect', async () => {
  await running.stop();
});
tell({ url: running.url });
