import { freshCopy } from './fresh-names.js';

const OPENINGS = ['al', 'bre', 'ca', 'dor', 'el', 'fi', 'gra', 'hu', 'ir', 'jo', 'ke', 'lu', 'ma'];
const MIDDLES = ['na', 'ri', 'the', 'lo', 'sa', 'mi', 'du', 've', 'qua', 'be', 'ti'];
const ENDINGS = ['n', 'ra', 'lis', 'mond', 'ke', 'das', 'vic'];
const UNITS = ['apps', 'finance', 'infra', 'legal', 'mobile', 'people', 'R&D', 'sales', 'search'];
const DUTIES = ['admins', 'builders', 'deployers', 'readers', 'reviewers', 'writers'];

/** Spreads neighbouring numbers, so that the order of names is not the order of numbers. */
function spread(number: number, salt: number): number {
  let mixed = Math.imul(number + salt, 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x297a2d39);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

function word(code: number): string {
  const opening = OPENINGS[code % OPENINGS.length];
  const middle = MIDDLES[Math.floor(code / 13) % MIDDLES.length];
  const ending = ENDINGS[Math.floor(code / 143) % ENDINGS.length];
  return opening + middle + ending;
}

/** Names of people, each once; in plain lower case, as most companies have them. */
export function userNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const code = spread(i, 0x51);
    return freshCopy(`${word(code)}.${word(code >>> 11)}-${i.toString(36)}`);
  });
}

/** Names of groups, each once; some hold capitals and an ampersand. */
export function groupNames(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const code = spread(i, 0x77);
    const unit = UNITS[code % UNITS.length];
    const duty = DUTIES[(code >>> 5) % DUTIES.length];
    return freshCopy(`${unit}-${word(code >>> 9)}-${duty}-${i}`);
  });
}
