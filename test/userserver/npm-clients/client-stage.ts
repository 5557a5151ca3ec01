import { afterEach, beforeEach } from '@jest/globals';
import type { Application } from '../../../src/domain/index.js';
import { type ListeningServer, listen } from '../../../src/server.js';
import { createUserServer, versionHeader } from '../../../src/userserver/index.js';
import type { TestDatabase } from '../../support/databases.js';
import { openTestGateway, StandingClock, type TestGateway } from '../../support/gateway.js';
import { APPLICATION, addApplication } from '../company.js';
import { settle } from '../written-company.js';
import { NpmClient, type NpmClientOptions } from './npm-client.js';

/** A mail as its hook is told of it. */
interface ToldMail {
  readonly id: string;
  readonly token?: string;
}

/** What the suites of clients work with; it is made anew before each test. */
export interface ClientStage {
  clock: StandingClock;
  opened: TestGateway;
  application: Application;
  /** What the mail hook has been told. */
  mails: ToldMail[];
  /** Starts a client; it ends with the test. */
  start(
    client: NpmClientOptions['client'],
    options?: Partial<Pick<NpmClientOptions, 'application'>> & { readonly path?: string },
  ): Promise<NpmClient>;
}

/** The server is listened to as in the program: what is wrong with a request is answered there too. */
export function clientStageOn(database: TestDatabase): ClientStage {
  const stage = {} as ClientStage;
  const clients: NpmClient[] = [];
  let server: ListeningServer;
  beforeEach(async () => {
    stage.clock = new StandingClock();
    stage.mails = [];
    stage.opened = await openTestGateway({
      url: await database.create(),
      clock: stage.clock,
      mailHook: { url: 'https://mail.example.org/', secret: null },
      post: async ({ body }) => {
        stage.mails.push(JSON.parse(body ?? '') as ToldMail);
        return null;
      },
    });
    const { gateway } = stage.opened;
    stage.application = await addApplication(gateway);
    await settle(stage.opened, stage.application);
    server = await listen({
      host: '127.0.0.1',
      port: 0,
      faces: [createUserServer(gateway, { version: '1.2.3', trustedProxies: [] })],
      sockets: { path: '/graphql', upgrade: (_request, socket) => socket.destroy() },
      unreadableHeaders: versionHeader('1.2.3'),
      log: gateway.log,
    });
    stage.start = async (client, { path = '', application = APPLICATION } = {}) => {
      const started = await NpmClient.start({ client, base: server.url + path, application });
      clients.push(started);
      return started;
    };
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await server.close();
    await stage.opened.close();
  });
  return stage;
}
