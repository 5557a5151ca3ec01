import { globalId } from '../../src/api/global-id.js';
import { APPLICATION_PERMISSIONS, type Application } from '../../src/domain/index.js';
import type { GatehouseStore } from '../../src/store/index.js';
import { APPLICATION, PASSWORD } from '../support/company-and-gateway.js';
import type { TestDatabase } from '../support/databases.js';
import { GatewayFront } from '../support/gateway-front.js';
import type { Random } from '../support/random.js';
import { RestartingGateway } from '../support/restarting-gateway.js';
import { FollowingDirectory } from './downstream-follower.js';
import { mutate } from './downstream-mutations.js';
import { ThirdServer } from './downstream-source.js';
import type { Login } from './downstream-writes.js';

/** The application that writes at the first gateway, and the one that looks at the copy in the second. */
export const WRITER: Login = { name: 'writer', password: PASSWORD };
export const READER: Login = { name: 'reader', password: PASSWORD };

/**
 * A gateway that changes and has a copy of a third server, and a second gateway with a database of its
 * own that has a copy of the first. Both are processes; the second asks the first through the front.
 */
export interface DownstreamSite {
  readonly first: RestartingGateway;
  readonly second: RestartingGateway;
  readonly front: GatewayFront;
  readonly third: ThirdServer;
  readonly copy: FollowingDirectory;
  /** Of the first gateway, to look at. */
  readonly store: GatehouseStore;
  /** By which the second gateway asks the first. */
  readonly follower: Application;
  readonly writer: Application;
  close(): Promise<void>;
}

export async function openSite(database: TestDatabase, random: Random): Promise<DownstreamSite> {
  const firstUrl = await database.create();
  const first = await RestartingGateway.start(firstUrl);
  const second = await RestartingGateway.start(await database.create());
  const store = await database.open({ url: firstUrl });
  const front = await GatewayFront.start(() => first.url);
  for (const name of ['staff', 'partners']) {
    await mutate(first.admin, ['addDirectory', { input: { name, type: 'INTERNAL' } }]);
  }
  await addApplication(first, APPLICATION, { everyDirectory: [] });
  await addApplication(first, WRITER.name, { everyDirectory: APPLICATION_PERMISSIONS });
  const third = await ThirdServer.connect(first, store, random);
  const copy = await FollowingDirectory.connect(second, front.url);
  await addApplication(second, READER.name, { directories: [{ directory: copy.id }] });
  const applications = await store.reader.applications();
  const named = (name: string) => applications.find((application) => application.name === name)!;
  return {
    first,
    second,
    front,
    third,
    copy,
    store,
    follower: named(APPLICATION),
    writer: named(WRITER.name),
    close: async () => {
      await Promise.all([first.end('kill'), second.end('kill')]);
      await Promise.all([front.close(), third.close()]);
    },
  };
}

/** Enters another password for the follower at the first gateway, where the one of before is good for an hour. */
export async function changeFollowersPassword(
  { first, follower }: DownstreamSite,
  password: string,
): Promise<void> {
  const input = { password, overlapMinutes: 60 };
  await mutate(first.admin, [
    'changeApplication',
    { id: globalId('Application', follower.id), input },
  ]);
}

async function addApplication(
  gateway: RestartingGateway,
  name: string,
  view: object,
): Promise<void> {
  const input = { name, password: PASSWORD, remoteAddresses: ['127.0.0.1'], ...view };
  await mutate(gateway.admin, ['addApplication', { input }]);
}
