import { createHash } from 'node:crypto';
import type { User } from '../domain/index.js';
import { userByName } from '../usecase/index.js';
import type { Handler } from './exchange.js';
import { escapeXml } from './xml-writer.js';

const SIZES = { least: 16, usual: 48, most: 512 } as const;
const WHOLE_NUMBER = /^\d{1,9}$/;
const HUES = 360;

/**
 * A picture of a user: their initials, drawn here, because no picture is kept. Crowd answers one that it
 * has with its bytes and redirects to one that lives elsewhere (crowd-core,
 * `com.atlassian.crowd.manager.avatar.AvatarReference`); this is the first of the two.
 */
export const readAvatar: Handler = async ({ gateway, caller, query }) => {
  const user = await userByName(gateway, caller, query.required('username'));
  return {
    status: 200,
    headers: {
      'Content-Type': 'image/svg+xml',
      // Nothing in it may run or be loaded, whoever opens it by itself.
      'Content-Security-Policy': "default-src 'none'",
    },
    document: null,
    text: picture(user, sizeOf(query.first('s'))),
  };
};

/** In pixels; a size that is none is the usual one, as it is a hint. */
function sizeOf(text: string | null): number {
  const wanted = text !== null && WHOLE_NUMBER.test(text) ? Number(text) : SIZES.usual;
  return Math.min(Math.max(wanted, SIZES.least), SIZES.most);
}

function picture(user: User, size: number): string {
  const hue = createHash('sha256').update(user.nameKey).digest().readUInt16BE(0) % HUES;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 48 48">`,
    `<rect width="48" height="48" fill="hsl(${hue},45%,40%)"/>`,
    '<text x="24" y="24" dy=".35em" text-anchor="middle" font-family="sans-serif" font-size="20" ',
    `fill="#fff">${escapeXml(initials(user))}</text></svg>`,
  ].join('');
}

/** Of the first and the last word of what the user is called; of a single word its first letter. */
function initials({ displayName, name }: User): string {
  const words = (displayName.trim() || name).split(/\s+/);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map(firstLetter).join('').toUpperCase();
}

/** With its accents, which may be characters of their own. */
function firstLetter(word: string): string {
  const [first] = new Intl.Segmenter().segment(word);
  return first?.segment ?? '';
}
