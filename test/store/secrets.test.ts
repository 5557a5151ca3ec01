import { beforeAll, expect, test } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addInternal, addRemote, codeOf, OPERATOR } from './builders.js';
import { rawRows } from './raw-rows.js';

const PASSWORD = 'correct horse battery staple';

describeEachDatabase('application passwords', (database) => {
  let url: string;

  beforeAll(async () => {
    url = await database.create();
  });

  test('come back as they were stored, and lie there sealed', async () => {
    const store = await database.open({ url });
    const [first, second] = [
      await addRemote(store, 'Jira', PASSWORD),
      await addRemote(store, 'Crowd', PASSWORD),
    ];
    expect(await store.reader.directoryPassword(first.id)).toBe(PASSWORD);
    const rows = await sealed(url);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row).not.toContain(PASSWORD);
    expect(rows[0]).not.toBe(rows[1]);

    await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(second.id, { password: 'another' }),
    );
    expect(await store.reader.directoryPassword(second.id)).toBe('another');
    const log = await store.reader.changes({ after: null, limit: 100 });
    expect(log.at(-1)?.change.kind).toBe('DirectoryChanged');
    const told = JSON.stringify([log, await store.reader.snapshot()]);
    for (const secret of [PASSWORD, 'another', ...rows]) expect(told).not.toContain(secret);
  });

  test('cannot be stored or read without a key', async () => {
    const store = await database.open({ url, secretKey: null });
    expect(await codeOf(addRemote(store, 'Another Jira'))).toBe('SECRET_KEY_MISSING');
    const [jira] = await store.reader.directories();
    expect(await codeOf(store.reader.directoryPassword(jira.id))).toBe('SECRET_KEY_MISSING');
    const changed = store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(jira.id, { password: 'x' }),
    );
    expect(await codeOf(changed)).toBe('SECRET_KEY_MISSING');
    const { connection } = await addInternal(store, 'Needs no key');
    expect(connection).toBeNull();
  });

  test('cannot be read with another key', async () => {
    const store = await database.open({ url, secretKey: Buffer.alloc(32, 8) });
    const [jira] = await store.reader.directories();
    await expect(store.reader.directoryPassword(jira.id)).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      details: { directory: 'Jira' },
    });
    await store.transact(OPERATOR, (transaction) =>
      transaction.changeDirectory(jira.id, { password: 'entered again' }),
    );
    expect(await store.reader.directoryPassword(jira.id)).toBe('entered again');
  });

  test('open in their own row only', async () => {
    const own = await database.create();
    const store = await database.open({ url: own });
    const from = await addRemote(store, 'From', PASSWORD);
    const to = await addRemote(store, 'To');
    const [envelope] = await sealed(own);
    await rawRows(own, `UPDATE directory SET password = '${envelope}' WHERE id = ${to.id}`);
    expect(await store.reader.directoryPassword(from.id)).toBe(PASSWORD);
    expect(await codeOf(store.reader.directoryPassword(to.id))).toBe('SECRET_UNREADABLE');
  });

  test('an internal directory has none, a remote one needs one', async () => {
    const store = await database.open();
    const { id } = await addInternal(store, 'Staff');
    expect(await codeOf(store.reader.directoryPassword(id))).toBe('NOT_FOUND');
  });

  test('a key has 32 bytes', async () => {
    expect(await codeOf(database.open({ secretKey: Buffer.alloc(16) }))).toBe('INPUT_INVALID');
  });
});

/** What lies in the rows, first directory first. */
async function sealed(url: string): Promise<string[]> {
  const rows = await rawRows(url, 'SELECT password FROM directory ORDER BY position');
  return rows.map(({ password }) => String(password));
}
