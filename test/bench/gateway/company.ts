import { openStore } from '../../../src/store/index.js';
import { hashPassword } from '../../../src/usecase/index.js';
import { OPERATOR } from '../../store/builders.js';
import type { DataSet } from '../dataset/data-set.js';
import { fillStore } from '../store/fill-store.js';
import { PASSWORD, SECRET_KEY } from './gateway-handle.js';

export const APPLICATION = 'downstream';

/** Puts the data into the database of a server, which keeps it as its own and lets us in. */
export async function fillUpstream(url: string, data: DataSet): Promise<void> {
  const store = await openStore({ url, secretKey: SECRET_KEY });
  try {
    const directories = data.directories.map((directory) => {
      return { ...directory, type: 'INTERNAL' as const };
    });
    await fillStore(store, { ...data, directories });
    const passwordHash = await hashPassword(PASSWORD);
    await store.transact(OPERATOR, (transaction) =>
      transaction.addApplication({
        name: APPLICATION,
        passwordHash,
        remoteAddresses: ['127.0.0.1'],
      }),
    );
  } finally {
    await store.close();
  }
}
