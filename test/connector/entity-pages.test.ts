import { describe, expect, it } from '@jest/globals';
import { readPages } from '../../src/connector/crowd/entity-pages.js';
import { KnownEntries } from '../../src/connector/crowd/known-entries.js';
import { ServerFaults } from '../../src/connector/crowd/server-faults.js';
import { Random } from '../support/random.js';

const FAULTS = new ServerFaults('https://jira.example.com', []);

interface Entry {
  readonly name: string;
  readonly mark?: string;
}

type Page = (startIndex: number) => readonly Entry[];

/** All that is handed on, and how often the server was asked. */
async function read(page: Page): Promise<{ entries: Entry[]; requests: number }> {
  const entries: Entry[] = [];
  let requests = 0;
  const ask = async (start: number) => {
    requests += 1;
    if (requests > 100_000) throw new Error('it goes round');
    return page(start);
  };
  for await (const part of readPages(ask, FAULTS)) entries.push(...part);
  return { entries, requests };
}

/** Names in order with room between them. */
const namesFrom = (count: number, from = 0): Entry[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `n${String((from + i) * 100).padStart(9, '0')}`,
  }));

const namesOf = (entries: readonly Entry[]) => entries.map(({ name }) => name);

describe('known entries', () => {
  it('are some thousands, however long the list is', () => {
    const known = new KnownEntries();
    const list = namesFrom(20_000);
    known.append(list.slice(0, 1000));
    for (let start = 980; start < list.length; start += 980) {
      known.join(list.slice(start, start + 1000), false);
    }
    expect(known.size).toBe(2000);
  });
});

describe('a list that is read in pages', () => {
  it.each([
    { count: 0, cap: 1000, requests: 1 },
    { count: 1, cap: 1000, requests: 3 },
    { count: 3, cap: 1000, requests: 3 },
    { count: 1000, cap: 1000, requests: 3 },
    { count: 1001, cap: 1000, requests: 3 },
    { count: 3000, cap: 1000, requests: 5 },
    { count: 250, cap: 100, requests: 4 },
    { count: 100, cap: 20, requests: 7 },
    { count: 30, cap: 7, requests: 6 },
    { count: 9, cap: 2, requests: 10 },
    { count: 9, cap: 1, requests: 19 },
  ])('is whole: $count of $cap at a time', async ({ count, cap, requests }) => {
    const list = namesFrom(count);
    const got = await read((start) => list.slice(start, start + cap));
    expect(namesOf(got.entries)).toEqual(namesOf(list));
    expect(got.requests).toBe(requests);
  });

  it.each([1, 19, 20, 21, 300, 999])(
    'misses nobody when %s go from its beginning between two pages',
    async (gone) => {
      let list = namesFrom(2500);
      const all = list;
      const got = await read((start) => {
        const page = list.slice(start, start + 1000);
        if (list === all) list = all.slice(gone);
        return page;
      });
      expect(namesOf(got.entries)).toEqual(namesOf(all));
    },
  );

  it.each([1, 2, 7, 50])('misses nobody of %s at a time when the first goes', async (cap) => {
    let list = namesFrom(5 * cap);
    const all = list;
    const got = await read((start) => {
      const page = list.slice(start, start + cap);
      if (list === all) list = all.slice(1);
      return page;
    });
    expect(namesOf(got.entries)).toEqual(namesOf(all));
  });

  it.each([1, 300, 1500])(
    'misses nobody when %s go at a time from a list that is too long to be remembered',
    async (gone) => {
      let list = namesFrom(9000);
      const all = list;
      const got = await read((start) => {
        const page = list.slice(start, start + 1000);
        if (start > 4000 && list === all) list = all.slice(gone);
        return page;
      });
      expect(namesOf(got.entries)).toEqual(namesOf(all));
    },
  );

  it('misses nobody when one goes just before the end', async () => {
    let list = namesFrom(200);
    const all = list;
    const got = await read((start) => {
      const page = list.slice(start, start + 100);
      // The last entry moves to the end of what was read.
      if (start > 0 && list.length === all.length) list = list.slice(1);
      return page;
    });
    expect(namesOf(got.entries)).toEqual(namesOf(all));
  });

  it('takes a page that is shorter than others for no end', async () => {
    const list = namesFrom(5000);
    const got = await read((start) => list.slice(start, start + (start === 980 ? 20 : 1000)));
    expect(namesOf(got.entries)).toEqual(namesOf(list));
  });

  it.each([1, 20, 700])('misses nobody when the %s last known ones go', async (gone) => {
    let list = namesFrom(2500);
    const all = list;
    const got = await read((start) => {
      const page = list.slice(start, start + 1000);
      if (list === all) list = [...all.slice(0, 1000 - gone), ...all.slice(1000)];
      return page;
    });
    expect(namesOf(got.entries)).toEqual(namesOf(all));
  });

  it.each([1, 20, 50, 900])('hands nobody on twice when %s come before', async (come) => {
    let list = namesFrom(2500, come);
    const all = list;
    const got = await read((start) => {
      const page = list.slice(start, start + 1000);
      if (list === all) list = [...namesFrom(come), ...all];
      return page;
    });
    expect(namesOf(got.entries)).toEqual(namesOf(all));
  });

  it('hands on once who comes between two pages to where they meet', async () => {
    let list = namesFrom(2500);
    const all = list;
    const newcomer = { name: `${all[990].name}+` };
    const got = await read((start) => {
      const page = list.slice(start, start + 1000);
      if (list === all) list = [...all.slice(0, 991), newcomer, ...all.slice(991)];
      return page;
    });
    const names = namesOf(got.entries);
    expect(names).toHaveLength(2501);
    expect(new Set(names)).toEqual(new Set(namesOf(list)));
  });

  it('hands on once who changes where two pages meet', async () => {
    const list = namesFrom(1500);
    const got = await read((start) =>
      list.slice(start, start + 1000).map((entry) => ({ ...entry, mark: `as of ${start}` })),
    );
    expect(namesOf(got.entries)).toEqual(namesOf(list));
  });

  it('keeps a record whose name came in another page', async () => {
    const list: Entry[] = namesFrom(2500);
    list[1500] = { ...list[10], mark: 'second' };
    const got = await read((start) => list.slice(start, start + 1000));
    expect(got.entries).toEqual(list);
  });

  it('keeps records of one name at the border of two pages', async () => {
    const list: Entry[] = namesFrom(1000);
    const twice = { ...list[999], mark: 'second' };
    list.push(twice, ...namesFrom(30, 2000));
    const got = await read((start) => list.slice(start, start + 1000));
    expect(got.entries).toEqual(list);
  });

  it('counts records without a name once', async () => {
    const list: Entry[] = [...namesFrom(990), ...Array.from({ length: 30 }, () => ({ name: '' }))];
    const got = await read((start) => list.slice(start, start + 1000));
    expect(got.entries).toHaveLength(1020);
  });

  it('finds who moves up to records without a name', async () => {
    const nameless = Array.from({ length: 30 }, () => ({ name: '' }));
    let list: Entry[] = [...namesFrom(985), ...nameless, ...namesFrom(1000, 2000)];
    const all = list;
    const got = await read((start) => {
      const page = list.slice(start, start + 1000);
      if (list === all) list = all.slice(25);
      return page;
    });
    expect(got.entries).toEqual(all);
  });

  it.each([1, 2, 3, 7, 1000])('is refused when %s entries come again and again', async (count) => {
    const list = namesFrom(count);
    await expect(read(() => list)).rejects.toMatchObject({
      code: 'PROTOCOL',
      details: { field: 'start-index', reason: 'is ignored: the same entries come again' },
    });
  });

  it('is refused when a later page comes again and again', async () => {
    const list = namesFrom(3000);
    await expect(
      read((start) => (start === 0 ? list.slice(0, 1000) : list.slice(980, 1980))),
    ).rejects.toMatchObject({ code: 'PROTOCOL', details: { field: 'start-index' } });
  });

  it('is refused when no page joins the one before it', async () => {
    let asked = 0;
    const list = namesFrom(2000);
    const page: Page = (start) =>
      ++asked <= 2 ? list.slice(start, start + 1000) : namesFrom(1000, 1000 * asked);
    await expect(read(page)).rejects.toMatchObject({
      code: 'PROTOCOL',
      details: {
        field: 'start-index',
        reason: 'leads nowhere: the list changes while it is read',
      },
    });
  });

  it('is refused when more come at a time than are remembered', async () => {
    let list = namesFrom(9000, 9000);
    const all = list;
    const page: Page = (start) => {
      const answer = list.slice(start, start + 1000);
      if (start > 3000 && list === all) list = [...namesFrom(5000), ...all];
      return answer;
    };
    await expect(read(page)).rejects.toMatchObject({
      code: 'PROTOCOL',
      details: {
        field: 'start-index',
        reason: 'leads nowhere: the list changes while it is read',
      },
    });
  });

  it.each([
    { what: 'a few', caps: [2, 3, 7, 20, 50, 100, 1000], burst: 5, requests: Infinity },
    { what: 'more than overlap', caps: [50, 100, 300], burst: 150, requests: Infinity },
    { what: 'more than a page', caps: [7, 20, 50], burst: 80, requests: 12 },
  ])('holds whoever was there all the time, once, when $what come and go', async (trial) => {
    for (let seed = 1; seed <= 400; seed++) {
      const random = new Random(seed);
      const cap = random.pick(trial.caps);
      let list: readonly Entry[] = namesFrom(random.below(8 * cap) + random.below(60));
      const there = new Set(namesOf(list));
      let left = trial.requests;
      const got = await read((start) => {
        const page = list.slice(start, start + cap);
        left -= 1;
        if (left > 0 && random.chance(40)) {
          const from = random.below(list.length + 1);
          const gone = 1 + random.below(trial.burst);
          for (const { name } of list.slice(from, from + gone)) there.delete(name);
          list = [...list.slice(0, from), ...list.slice(from + gone)];
        }
        if (left > 0 && random.chance(30)) {
          const from = random.below(list.length + 1);
          const come = Array.from({ length: 1 + random.below(trial.burst) }, (_, i) => ({
            name: `${list[from - 1]?.name ?? 'n'}+${random.below(1e9)}-${i}`,
          }));
          list = [...list.slice(0, from), ...come, ...list.slice(from)];
        }
        return page;
      });
      const names = namesOf(got.entries);
      const told = new Set(names);
      if (told.size !== names.length) throw new Error(`seed ${seed}: somebody came twice`);
      const missed = [...there].filter((name) => !told.has(name));
      if (missed.length > 0) throw new Error(`seed ${seed}: ${missed.join(', ')} did not come`);
    }
  });
});
