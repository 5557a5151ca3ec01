import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeEachDatabase } from '../support/databases.js';
import { ADA, SAM, settleCompany } from './company.js';
import { type Served, serve } from './served.js';

const AUDIT = 'subject at revision durationMs differences { kind count examples }';

describeEachDatabase('self-audits', (database) => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ url: await database.create() });
    await settleCompany(served.gateway.store);
  });
  afterAll(() => served.close());

  const auditNow = async () =>
    (
      await served.read<{ runSelfAudit: { revision: number; audits: Record<string, unknown>[] } }>(
        SAM,
        `mutation { runSelfAudit { revision audits { ${AUDIT} } } }`,
      )
    ).runSelfAudit;
  const kept = async (first: number) =>
    (
      await served.read<{ selfAudits: unknown[] }>(
        ADA,
        `query($first: Int!) { selfAudits(first: $first) { ${AUDIT} } }`,
        { first },
      )
    ).selfAudits;

  it('are made when somebody asks for one, and shown newest first', async () => {
    expect(await kept(10)).toEqual([]);
    const { revision, audits } = await auditNow();
    expect(revision).toBe(served.gateway.live.index.revision);
    expect(audits).toMatchObject([
      { subject: 'INDEX', revision, differences: [] },
      { subject: 'ROWS', revision, differences: [] },
    ]);
    expect(await kept(10)).toEqual(audits.toReversed());
    expect(await kept(1)).toEqual([audits[1]]);
  });

  it('show what differed, after it was put right', async () => {
    const { index } = served.gateway.live;
    index.apply(index.revision, [
      { kind: 'MembershipModeChanged', before: 'FIRST_DIRECTORY', after: 'ALL_DIRECTORIES' },
    ]);
    const { audits } = await auditNow();
    expect(audits[0].differences).toEqual([
      { kind: 'SETTINGS', count: 1, examples: ['membershipMode'] },
    ]);
    expect(await kept(2)).toEqual(audits.toReversed());
    const { membershipMode } = await served.read<{ membershipMode: string }>(
      ADA,
      '{ membershipMode }',
    );
    expect(membershipMode).toBe('FIRST_DIRECTORY');
  });

  it('are listed in bounds', async () => {
    expect(await served.codeOf(ADA, '{ selfAudits(first: 0) { at } }')).toBe('PAGE_INVALID');
    expect(await served.codeOf(ADA, '{ selfAudits(first: 100000) { at } }')).not.toBeNull();
  });
});
