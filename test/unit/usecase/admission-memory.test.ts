import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Application } from '../../../src/domain/index.js';
import {
  AdmissionMemory,
  type ApplicationCaller,
  addApplication,
  authenticateApplication,
  changeApplication,
} from '../../../src/usecase/index.js';
import { openTestGateway, StandingClock, type TestGateway } from '../../support/gateway.js';

const WORDS = 'what was sent\nfrom where';
const PASSWORD = 'secret';

describe('who was let in', () => {
  const clock = new StandingClock();
  let opened: TestGateway;
  let application: Application;
  let memory: AdmissionMemory;

  beforeAll(async () => {
    opened = await openTestGateway({ clock });
    const added = await addApplication(opened.gateway, opened.operator, {
      name: 'stash',
      password: PASSWORD,
      remoteAddresses: ['10.0.0.0/8'],
    });
    application = added.value;
  });
  afterAll(() => opened.close());
  beforeEach(() => {
    memory = new AdmissionMemory(opened.gateway);
  });

  async function letIn(password = PASSWORD): Promise<ApplicationCaller> {
    const { name } = application;
    const access = await authenticateApplication(opened.gateway, {
      name,
      password,
      address: '10.0.0.1',
    });
    if (access.outcome !== 'ADMITTED') throw new Error(access.outcome);
    memory.remember(WORDS, access.caller);
    // Nobody follows the log here, and nothing is remembered where it is not heard.
    await opened.gateway.live.catchUp();
    return access.caller;
  }

  const change = (input: Omit<Parameters<typeof changeApplication>[2], 'id'>) =>
    changeApplication(opened.gateway, opened.operator, { id: application.id, ...input });

  it('is let in again for the same words alone', async () => {
    const caller = await letIn();
    expect(memory.find(WORDS)).toBe(caller);
    expect(memory.find(`${WORDS} `)).toBeNull();
  });

  it('is judged again after ten seconds', async () => {
    const caller = await letIn();
    clock.advance(9_999);
    expect(memory.find(WORDS)).toBe(caller);
    clock.advance(1);
    expect(memory.find(WORDS)).toBeNull();
  });

  it.each([
    ['addresses', { remoteAddresses: ['10.0.0.1'] }],
    ['being switched off', { active: false }],
    ['a new password', { password: 'another' }],
    ['the password of before', { password: PASSWORD }],
  ])('is judged again at once after a change: %s', async (_, input) => {
    if (!(await opened.gateway.store.reader.applicationByName('stash'))?.application.active) {
      await change({ active: true });
    }
    const caller = await letIn();
    expect(memory.find(WORDS)).toBe(caller);
    await change(input);
    expect(memory.find(WORDS)).toBeNull();
    if ('password' in input) await change({ password: PASSWORD });
  });

  it('is not remembered while two passwords are good', async () => {
    await change({ password: 'another', overlapMinutes: 5 });
    await letIn();
    expect(memory.find(WORDS)).toBeNull();
    await letIn('another');
    expect(memory.find(WORDS)).toBeNull();
    clock.advance(5 * 60_000);
    const caller = await letIn('another');
    expect(memory.find(WORDS)).toBe(caller);
  });
});
