import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ADMINISTRATOR, COMPANY } from '../../src/cli/demo/company.js';
import { asId, type DirectoryId } from '../../src/domain/index.js';
import { PermissionIndex } from '../../src/engine/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import {
  companyDatabase,
  connectCompany,
  serve,
  synchronise,
  synchroniseAfterKill,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { Random } from '../support/random.js';
import { trialSettings } from './trial-settings.js';

const { count, seed } = trialSettings('kill', { count: 2 });
const SUCCEEDED = { outcome: 'SUCCEEDED', reason: null };

/** Everything a directory holds, by name, as one text. */
async function pictureOf(store: GatehouseStore, id: DirectoryId): Promise<string> {
  const { users, groups, memberships, nestings } = await store.reader.contents(id);
  const userNames = new Map(users.map((user) => [user.id, user.name]));
  const groupNames = new Map(groups.map((group) => [group.id, group.name]));
  const members = Array.from(
    memberships.groups,
    (group, i) => `${groupNames.get(group)} > ${userNames.get(memberships.users[i])}`,
  );
  const children = Array.from(
    nestings.parents,
    (parent, i) => `${groupNames.get(parent)} >> ${groupNames.get(nestings.children[i])}`,
  );
  return JSON.stringify([
    users.map(({ name, email, active }) => `${name} ${email} ${active}`).sort(),
    groups.map(({ name }) => name).sort(),
    members.sort(),
    children.sort(),
  ]);
}

/** How many hold a seat, by an engine built from what the store holds. */
async function seatsOf(store: GatehouseStore): Promise<number> {
  return new PermissionIndex(await store.reader.snapshot()).countHolders('LICENSED_USER');
}

describeEachDatabase('killing the gateway during its first synchronisation', (database) => {
  let company: GatewayProcess;
  const running: GatewayProcess[] = [];

  const start = async (url: string) => {
    const gateway = await serve(url);
    running.push(gateway);
    return gateway;
  };

  /** A gateway that knows the company's server and has not read it yet. */
  const prepare = async () => {
    const url = await database.create();
    const gateway = await start(url);
    const globalId = await connectCompany(gateway, company.url);
    return { url, gateway, globalId };
  };

  const look = async <Result>(url: string, ask: (store: GatehouseStore) => Promise<Result>) => {
    const store = await database.open({ url });
    try {
      return await ask(store);
    } finally {
      await store.close();
    }
  };

  const pictureAt = (url: string) =>
    look(url, async (store) => {
      const directories = await store.reader.directories();
      const { id } = directories.find(({ name }) => name === 'Company') ?? {
        id: asId<DirectoryId>(0),
      };
      return { picture: await pictureOf(store, id), seats: await seatsOf(store) };
    });

  beforeAll(async () => {
    company = await start(await companyDatabase(database));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(running.map((gateway) => gateway.kill()));
  });

  it(
    `leaves the old state or the new one, ${count} times`,
    async () => {
      const random = new Random(seed);
      const whole = await prepare();
      const before = await pictureAt(whole.url);
      expect(before.seats).toBe(0);
      const begun = performance.now();
      expect(await synchronise(whole.gateway, whole.globalId)).toEqual(SUCCEEDED);
      const duration = performance.now() - begun;
      const after = await pictureAt(whole.url);
      expect(after.picture).toContain(ADMINISTRATOR);
      expect(after.seats).toBeGreaterThan(COMPANY.licenceLimit);
      await whole.gateway.stop();

      const left = { old: 0, new: 0 };
      for (let i = 0; i < count; i++) {
        const { url, gateway, globalId } = await prepare();
        const interrupted = synchronise(gateway, globalId).catch(() => 'CUT');
        await delay(random.below(Math.ceil(duration * 1.1)));
        await gateway.kill();
        await interrupted;

        const found = await pictureAt(url);
        expect([before, after]).toContainEqual(found);
        left[found.seats === 0 ? 'old' : 'new']++;

        const next = await start(url);
        expect(await synchroniseAfterKill(next, globalId)).toEqual(SUCCEEDED);
        expect(await pictureAt(url)).toEqual(after);
        await next.stop();
      }
      process.stdout.write(
        `${database.dialect}: a run takes ${Math.round(duration)} ms; killed ${count} times, left ${left.old} old and ${left.new} new states\n`,
      );
    },
    60_000 + count * 60_000,
  );
});
