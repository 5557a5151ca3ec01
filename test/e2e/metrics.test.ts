import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  companyDatabase,
  connectCompany,
  connectServer,
  PASSWORD,
  serve,
  synchronise,
} from '../support/company-and-gateway.js';
import { describeEachDatabase } from '../support/databases.js';
import type { GatewayProcess } from '../support/gateway-process.js';
import { samplesOf } from '../support/samples.js';

const TOKEN = 'a-token-for-the-metrics';

describeEachDatabase('the metrics of a gateway', (database) => {
  let company: GatewayProcess;
  let gateway: GatewayProcess;

  beforeAll(async () => {
    company = await serve(await companyDatabase(database));
    gateway = await serve(await database.create(), { GATEHOUSE_METRICS_TOKEN: TOKEN });
  }, 120_000);
  afterAll(async () => {
    await Promise.all([company.stop(), gateway.stop()]);
  });

  const get = (headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${gateway.url}/metrics`, { headers });
  const labelOf = (text: string, sample: string) =>
    new RegExp(`^${sample}\\{directory="(\\d+)"[^}]*\\}`, 'm').exec(text)?.[1];

  it('tell runs with their causes, freshness, seats and requests, and no names', async () => {
    const companyId = await connectCompany(gateway, company.url);
    expect(await synchronise(gateway, companyId)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(await synchronise(gateway, companyId)).toMatchObject({ outcome: 'SUCCEEDED' });
    const dead = await connectServer(gateway, 'Dead', { serverUrl: 'http://127.0.0.1:9' });
    for (let failures = 0; failures < 3; failures++) {
      expect(await synchronise(gateway, dead)).toMatchObject({ outcome: 'FAILED' });
    }

    const answer = await get();
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await answer.text();
    const samples = samplesOf(text);
    const live = labelOf(text, 'gatehouse_directory_last_success_timestamp_seconds');
    const value = (name: string) => samples.get(name);
    const ofRuns = (rest: string) =>
      value(`gatehouse_synchronisation_runs_total{directory="${live}",${rest}}`);
    expect(ofRuns('kind="FULL",outcome="SUCCEEDED"')).toBe(1);
    expect(ofRuns('kind="INCREMENTAL",outcome="SUCCEEDED"')).toBe(1);
    expect(value(`gatehouse_full_runs_total{directory="${live}",cause="FIRST_RUN"}`)).toBe(1);
    expect(value(`gatehouse_upstream_requests_total{directory="${live}"}`)).toBeGreaterThan(5);
    expect(value(`gatehouse_upstream_bytes_total{directory="${live}"}`)).toBeGreaterThan(100_000);
    expect(value(`gatehouse_directory_failing{directory="${live}"}`)).toBe(0);
    for (const trouble of ['failing', 'left_alone']) {
      const of = [...samples].filter(
        ([name, number]) => name.startsWith(`gatehouse_directory_${trouble}`) && number === 1,
      );
      expect(of).toHaveLength(1);
    }
    expect(value('gatehouse_synchronisation_duration_seconds_count{kind="FULL"}')).toBe(4);
    expect(value('gatehouse_licence_seats_used')).toBeGreaterThan(100);
    expect(value('gatehouse_licence_seats_allowed')).toBeUndefined();
    expect(value('gatehouse_revision')).toBeGreaterThan(1);
    expect(
      value('gatehouse_http_requests_total{face="graphql",status="2xx"}'),
    ).toBeGreaterThanOrEqual(6);
    for (const secret of ['Company', 'Dead', 'admin', PASSWORD, TOKEN, '127.0.0.1']) {
      expect(text).not.toContain(secret);
    }
  });

  it.each<{ name: string; headers: Record<string, string>; status: number }>([
    { name: 'a caller on this machine', headers: {}, status: 200 },
    { name: 'a proxy on this machine', headers: { 'X-Forwarded-For': '127.0.0.1' }, status: 404 },
    { name: 'another proxy', headers: { Forwarded: 'for=10.0.0.1' }, status: 404 },
    {
      name: 'a proxy with the token',
      headers: { 'X-Forwarded-For': '10.0.0.1', Authorization: `Bearer ${TOKEN}` },
      status: 200,
    },
    {
      name: 'a proxy with another token',
      headers: { 'X-Forwarded-For': '10.0.0.1', Authorization: `Bearer ${TOKEN}s` },
      status: 404,
    },
    {
      name: 'a proxy with the token as a password',
      headers: { 'X-Forwarded-For': '10.0.0.1', Authorization: `Basic ${btoa(`admin:${TOKEN}`)}` },
      status: 404,
    },
  ])('are for whoever may look: $name, $status', async ({ headers, status }) => {
    expect((await get(headers)).status).toBe(status);
  });
});

describe('a token for metrics', () => {
  it('that is short stops the start', async () => {
    const start = serve('sqlite:unused.db', { GATEHOUSE_METRICS_TOKEN: 'short' });
    await expect(start).rejects.toThrow('GATEHOUSE_METRICS_TOKEN must have at least 16 characters');
  });
});
