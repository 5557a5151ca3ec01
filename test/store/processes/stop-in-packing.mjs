/**
 * Stands still in the middle of writing a packed index, and says so. Arguments: database URL,
 * revision, bytes.
 */
import { writeSync } from 'node:fs';
import { openStore } from '../../../dist/src/store/index.js';

const [url, revision, size] = process.argv.slice(2);
const store = await openStore({ url, secretKey: null });
let asked = 0;
const signal = {
  // Asked between two transactions.
  throwIfAborted() {
    if (++asked < 3) return;
    writeSync(1, 'in the middle\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
};
await store.packed.write(Number(revision), new Uint8Array(Number(size)), signal);
