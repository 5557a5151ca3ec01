import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  addApplication,
  authenticateApplication,
  canonicalAddress,
  clientAddress,
  type Gateway,
  wouldAdmit,
} from '../../src/usecase/index.js';
import {
  ADDRESS_FOLDER,
  ADDRESS_FORMATS,
  addressJsonSchema,
  loadAddressTables,
  type Told,
  tell,
} from '../support/address-format.js';
import { describeEachDatabase } from '../support/databases.js';
import { openTestGateway, type TestGateway } from '../support/gateway.js';
import { naiveAdmittingRule, naiveNearestRule } from '../support/naive-addresses.js';
import { sendRaw } from '../support/raw-http.js';
import { BASE, loginHeader, type Served, serve } from './served.js';

const { forms, lists, chains } = loadAddressTables();
const TAKEN = lists.flatMap((list) => (list.ranges ? [{ ...list, ranges: list.ranges }] : []));
const PASSWORD = 'app:secret';

const WAYS = chains.map((chain) => ({ chain, ways: forms.map((form) => tell(form, chain)) }));

function judge({ peer, lines }: Told, trusted: readonly string[]): string | null {
  const forwardedFor = lines.length === 0 ? undefined : lines.join(', ');
  return clientAddress({ peer, forwardedFor }, trusted);
}

/** Enough to find a case again, however long its form is. */
const shown = (told: Told) => JSON.stringify(told).slice(0, 200);

describe('the tables of addresses', () => {
  it('hold as much as they should, each once', () => {
    expect(forms.length).toBeGreaterThanOrEqual(120);
    expect(TAKEN.length).toBeGreaterThanOrEqual(30);
    expect(new Set(forms.map(({ told }) => told)).size).toBe(forms.length);
    expect(new Set(lists.map(({ name }) => name)).size).toBe(lists.length);
    expect(new Set(chains.map(({ name }) => name)).size).toBe(chains.length);
  });

  // After a change of the format: WRITE_SCENARIO_SCHEMA=1, then format the files.
  it.each(Object.keys(ADDRESS_FORMATS) as (keyof typeof ADDRESS_FORMATS)[])(
    'have a format that editors know: %s',
    (name) => {
      const path = `${ADDRESS_FOLDER}/${name}.schema.json`;
      const schema = addressJsonSchema(name);
      if (process.env.WRITE_SCENARIO_SCHEMA) writeFileSync(path, JSON.stringify(schema));
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(schema);
    },
  );
});

describe('an address as a socket tells it', () => {
  const named = forms.map((form) => ({ ...form, shown: form.told.slice(0, 60) }));
  it.each(named)('$shown is $socket', ({ told, socket }) => {
    expect(canonicalAddress(told)).toBe(socket);
  });
});

describe('the address that is compared', () => {
  it.each(WAYS.map((way) => ({ ...way, name: way.chain.name })))(
    'is the one that may be believed: $name',
    ({ chain, ways }) => {
      const wrong = ways.filter((told) => judge(told, chain.trusted) !== told.judged);
      expect(wrong.map((told) => [shown(told), judge(told, chain.trusted)])).toEqual([]);
    },
  );
});

describeEachDatabase('lists of addresses', (database) => {
  let opened: TestGateway;
  let gateway: Gateway;

  beforeAll(async () => {
    opened = await openTestGateway({ url: await database.create() });
    ({ gateway } = opened);
  });
  afterAll(() => opened.close());

  it.each(lists)('are taken for what they mean, or not taken: $name', async (list) => {
    const { name, entries, ranges, everybody, refused } = list;
    const input = { name, password: PASSWORD, remoteAddresses: entries };
    if (refused !== undefined || everybody !== undefined) {
      await expect(addApplication(gateway, opened.operator, input)).rejects.toMatchObject(
        everybody !== undefined
          ? { code: 'ADMITS_EVERYBODY', details: { range: everybody } }
          : {
              code: 'INPUT_INVALID',
              details: {
                field: 'remoteAddresses',
                reason: expect.stringContaining(`\`${refused}\``),
              },
            },
      );
    }
    if (ranges === undefined) return;
    const added = await addApplication(gateway, opened.operator, input, ['ADMITS_EVERYBODY']);
    expect(added.value.remoteAddresses).toEqual(ranges);
  });

  it.each(TAKEN)('admit whom they hold and nobody else: $name', async ({ name, ranges }) => {
    const applications = await gateway.store.reader.applications();
    const { id } = applications.find((application) => application.name === name)!;
    const problems: string[] = [];
    // Many ways lead to the same address, and of the way nothing but the address is judged.
    const answered = new Map<string | null, string>();
    for (const { chain, ways } of WAYS) {
      for (const told of ways) {
        const address = judge(told, chain.trusted);
        const found = answered.get(address) ?? JSON.stringify(await answerTo(name, address));
        answered.set(address, found);
        if (found !== JSON.stringify(expectedOf(name, ranges, told.judged))) {
          problems.push(`${chain.name}: ${shown(told)}: ${found}`);
        }
      }
    }
    expect(problems).toEqual([]);
    for (const { told, socket } of forms) {
      const rule = socket === null ? null : naiveAdmittingRule(ranges, socket);
      // White space round it is taken off for somebody who types it in.
      if (told.trim() !== told) continue;
      expect(await wouldAdmit(gateway, opened.operator, id, told)).toEqual({
        admitted: rule !== null,
        address: socket,
        rule: rule ?? (socket === null ? null : naiveNearestRule(ranges, socket)),
      });
    }
  });

  /** What is answered and what is logged. */
  async function answerTo(name: string, address: string | null) {
    const from = opened.logged.length;
    const access = await authenticateApplication(gateway, { name, password: PASSWORD, address });
    const logged = opened.logged.slice(from).map(({ fields }) => fields);
    return [
      access.outcome === 'ADMITTED' ? [access.outcome, access.caller.address] : [access],
      logged,
    ];
  }

  /** What is answered and what is logged, by the naive model. */
  function expectedOf(application: string, ranges: readonly string[], address: string | null) {
    if (address !== null && naiveAdmittingRule(ranges, address) !== null) {
      return [['ADMITTED', address], []];
    }
    const nearestRule = address === null ? null : naiveNearestRule(ranges, address);
    return [
      [{ outcome: 'FORBIDDEN', address, nearestRule }],
      [{ application, reason: 'ADDRESS_REFUSED', address, nearestRule }],
    ];
  }
});

/** Each so-manieth combination is asked over HTTP; the number has no factor in common with others. */
const EACH = 31;
const IN_A_HEADER = /^[!-~](?:[ -~]*[!-~])?$/;

describe('over HTTP', () => {
  let served: Served;

  beforeAll(async () => {
    served = await serve({ trustedProxies: ['127.0.0.1', '198.18.0.0/15', 'fd99::/16'] });
    for (const { name, entries } of TAKEN) {
      const input = { name, password: PASSWORD, remoteAddresses: entries };
      await addApplication(served.gateway, served.operator, input, ['ADMITS_EVERYBODY']);
    }
  });
  afterAll(() => served.close());

  // The peer is always this machine, as the first of the trusted proxies; so it is no caller.
  const proxied = WAYS.filter(
    ({ chain }) => chain.trusted.length > 0 && chain.judged !== chain.peer,
  );
  const combinations = proxied.flatMap(({ ways }) =>
    ways
      .filter(({ peer, judged }) => judged !== peer && judged !== '127.0.0.1')
      .filter(({ lines }) => lines.every((line) => IN_A_HEADER.test(line) && line.length < 20_000))
      .flatMap((told) => TAKEN.map((list) => ({ told, list }))),
  );

  it('the same are let in', async () => {
    const asked = combinations.filter((_, i) => i % EACH === 0);
    expect(asked.length).toBeGreaterThan(1_000);
    const problems: string[] = [];
    for (const { told, list } of asked) {
      const lines = told.lines.map((line) => `X-Forwarded-For: ${line}\r\n`).join('');
      const { authorization } = loginHeader({ name: list.name, password: PASSWORD });
      const answer = await sendRaw(
        served.origin,
        Buffer.from(
          `GET ${BASE}/event HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: ${authorization}\r\n${lines}\r\n`,
        ),
        { endsHere: false, headOnly: false },
      );
      const { judged } = told;
      const admitted = judged !== null && naiveAdmittingRule(list.ranges, judged) !== null;
      const page = answer?.status === 403 ? answer.body.toString() : null;
      const isRight = admitted
        ? answer?.status === 200
        : page?.includes(
            `from ${judged === null ? 'a client of unknown address' : `a client at ${judged}`}.`,
          );
      if (!isRight) problems.push(`${list.name}: ${shown(told)}: ${answer?.status} ${page}`);
    }
    expect(problems).toEqual([]);
  });
});
