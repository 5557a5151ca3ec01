/**
 * Stands still in the middle of a transaction, once it has written, and says so. Arguments: database
 * URL, id of the directory.
 */
import { openStore } from '../../../dist/src/store/index.js';

const [url, directoryId] = process.argv.slice(2);
const store = await openStore({ url, secretKey: null });
await store.transact({ type: 'OPERATOR' }, async (transaction) => {
  const users = Array.from({ length: 2_000 }, (_, i) => ({
    name: `half written ${i}`,
    displayName: '',
    firstName: '',
    lastName: '',
    email: '',
    active: true,
    externalId: null,
  }));
  await transaction.addUsers(Number(directoryId), users);
  await transaction.setLicenceLimit(1);
  process.stdout.write('in the middle\n');
  await new Promise((resolve) => process.stdin.once('end', resolve).resume());
});
