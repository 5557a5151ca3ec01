import type { Random } from '../../support/random.js';
import { IntList } from './int-list.js';

/** Per cent of the names whose first home is each directory. */
const SHARES = [15, 70, 15];
export const DIRECTORY_COUNT = SHARES.length;
/** The directory most names live in. */
export const MAIN_DIRECTORY = 1;

/** In which directories each name lives: one bit for each directory. */
export type Homes = Uint8Array;

/** @param twice per cent of the names that live in a second directory, too. */
export function chooseHomes(random: Random, count: number, twice: number): Homes {
  const homes = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const drawn = random.below(100);
    const first = drawn < SHARES[0] ? 0 : drawn < SHARES[0] + SHARES[1] ? 1 : 2;
    homes[i] = 1 << first;
    if (random.chance(twice)) {
      homes[i] |= 1 << ((first + 1 + random.below(DIRECTORY_COUNT - 1)) % DIRECTORY_COUNT);
    }
  }
  return homes;
}

export function livesIn(homes: Homes, name: number, directory: number): boolean {
  return (homes[name] & (1 << directory)) !== 0;
}

/** The names of each directory. */
export function inhabitants(homes: Homes): Int32Array[] {
  const lists = SHARES.map(() => new IntList());
  for (let name = 0; name < homes.length; name++) {
    lists.forEach((list, directory) => {
      if (livesIn(homes, name, directory)) list.push(name);
    });
  }
  return lists.map((list) => list.toArray());
}
