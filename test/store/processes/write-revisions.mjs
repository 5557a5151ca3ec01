/** Makes revisions one after another. Arguments: database URL, name of the directory, how many. */
import { openStore } from '../../../dist/src/store/index.js';

const [url, name, count] = process.argv.slice(2);
const store = await openStore({ url, secretKey: null });
const origin = { type: 'OPERATOR' };
const { value: directory } = await store.transact(origin, (transaction) =>
  transaction.addDirectory({
    name,
    type: 'INTERNAL',
    nestedGroups: false,
    connection: null,
    password: null,
  }),
);
for (let i = 1; i < Number(count); i++) {
  await store.transact(origin, (transaction) =>
    transaction.addGroups(directory.id, [{ name: `${name} ${i}`, description: '', active: true }]),
  );
}
await store.close();
