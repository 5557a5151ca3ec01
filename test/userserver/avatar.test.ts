import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { addApplication, buildCompany } from './company.js';
import { JSON_ONLY, reasonIn, type Served, serve } from './served.js';

describeEachDatabase('the picture of a user', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    const { first } = await buildCompany(served.gateway);
    await addApplication(served.gateway);
    await served.gateway.store.transact({ type: 'OPERATOR' }, async (transaction) => {
      const named = (name: string, displayName: string) => ({
        name,
        displayName,
        firstName: '',
        lastName: '',
        email: '',
        active: true,
        externalId: null,
      });
      await transaction.addUsers(first.id, [
        named('eve', '<script>alert(1)</script> "&'),
        named('nameless', '   '),
        named('combined', 'e\u0301mile de Zola'),
        named('symbol', '👩‍💻 and 🐙'),
      ]);
    });
  });
  afterAll(() => served.close());

  const initialsOf = (svg: string) => /fill="#fff">([^<]*)<\/text><\/svg>$/.exec(svg)?.[1];

  it('is drawn from their initials, and nothing in it can run', async () => {
    const answer = await served.ask('/user/avatar?username=ANN&s=64', { headers: JSON_ONLY });
    expect(answer).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'image/svg+xml',
        'content-security-policy': "default-src 'none'",
      },
    });
    expect(answer.body).toContain('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"');
    expect(initialsOf(answer.body)).toBe('AL');
  });

  it.each([
    { user: 'Éva', initials: 'É' },
    { user: 'eve', initials: '&lt;&quot;' },
    { user: 'nameless', initials: 'N' },
    { user: 'combined', initials: 'E\u0301Z' },
    { user: 'symbol', initials: '👩‍💻🐙' },
  ])('of $user shows $initials', async ({ user, initials }) => {
    const { body } = await served.ask(`/user/avatar?username=${encodeURIComponent(user)}`);
    expect(initialsOf(body)).toBe(initials);
  });

  it.each([
    { s: '1', size: 16 },
    { s: '16', size: 16 },
    { s: '512', size: 512 },
    { s: '99999', size: 512 },
    { s: 'large', size: 48 },
    { s: '-5', size: 48 },
    { s: '', size: 48 },
  ])('has the size $size when $s is asked for', async ({ s, size }) => {
    const { body } = await served.ask(`/user/avatar?username=ann&s=${s}`);
    expect(body).toContain(` width="${size}" height="${size}" `);
  });

  it('that nobody bears is not found', async () => {
    const answer = await served.ask('/user/avatar?username=nobody');
    expect([answer.status, reasonIn(answer)]).toEqual([404, 'USER_NOT_FOUND']);
    const unnamed = await served.ask('/user/avatar');
    expect([unnamed.status, reasonIn(unnamed)]).toEqual([400, 'ILLEGAL_ARGUMENT']);
  });
});
