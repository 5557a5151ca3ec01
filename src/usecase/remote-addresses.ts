import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { GatehouseError } from '../domain/index.js';

/** Most entries of one list: each is compared at each request. */
export const MAX_REMOTE_ADDRESSES = 1_000;

const MAX_SHOWN_LENGTH = 64;
const MASK = /^(?:0|[1-9]\d{0,2})$/;
const STARRED = /^((?:\d{1,3}\.){0,3})(\*(?:\.\*){0,3})$/;
const DOTTED_TAIL = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/;

/** All addresses that begin with the first `bits` of `bytes`: 4 bytes of IPv4, or 16 of IPv6. */
interface AddressRange {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/**
 * Reads an application's remote addresses: single IPv4 and IPv6 addresses (IPv6 also in brackets),
 * CIDR ranges, whose host bits may be set as in Jira's manual (`192.168.10.1/16`), and IPv4 with
 * stars for its last parts (`172.16.*.*`, which Jira takes as well).
 * @param field names the list in the error.
 * @returns each entry once and in canonical form, in the order given.
 * @throws GatehouseError `INPUT_INVALID` with the first entry that is none of these, and why.
 */
export function parseRemoteAddresses(list: readonly string[], field = 'remoteAddresses'): string[] {
  if (list.length > MAX_REMOTE_ADDRESSES) {
    throw new GatehouseError('INPUT_INVALID', {
      field,
      reason: `holds more than ${MAX_REMOTE_ADDRESSES} entries; use ranges`,
    });
  }
  const canonical = list.map((entry) => {
    const range = readRange(entry);
    if (typeof range !== 'string') return rangeText(range);
    throw new GatehouseError('INPUT_INVALID', {
      field,
      reason: `holds \`${entry.slice(0, MAX_SHOWN_LENGTH)}\`, which ${range}`,
    });
  });
  return [...new Set(canonical)];
}

/**
 * Whether an address is in one of the list's ranges. IPv4 and IPv6 never match each other, an
 * IPv4-mapped IPv6 address is IPv4. Never fails: what cannot be read matches nothing.
 */
export function admits(list: readonly string[], address: string): boolean {
  if (list.length === 0) return false;
  return admittingRule(list, address) !== null;
}

/** The first entry whose range an address is in, as `admits` judges it; `null` when there is none. */
export function admittingRule(list: readonly string[], address: string): string | null {
  const bytes = addressBytes(withoutZone(address));
  if (!bytes) return null;
  const at = rangesOf(list).findIndex(
    (range) => range !== null && commonBits(range.bytes, bytes) >= range.bits,
  );
  return list[at] ?? null;
}

/** The first entry that is all of IPv4 or all of IPv6, whatever way it is written; `null` for none. */
export function rangeOfEverybody(list: readonly string[]): string | null {
  return list[rangesOf(list).findIndex((range) => range?.bits === 0)] ?? null;
}

/** What lists mean. They are compared with at each request, and no list is altered once it is made. */
const RANGES = new WeakMap<readonly string[], readonly (AddressRange | null)[]>();

/** By entry; `null` for what is no range. */
function rangesOf(list: readonly string[]): readonly (AddressRange | null)[] {
  let ranges = RANGES.get(list);
  if (ranges === undefined) {
    ranges = list.map((entry) => {
      const range = readRange(entry);
      return typeof range === 'string' ? null : range;
    });
    RANGES.set(list, ranges);
  }
  return ranges;
}

/**
 * The entry that comes closest to an address, by leading bits in common: what an admin will want to
 * correct when a caller was refused. `null` when the list has no entry of the address's family.
 */
export function nearestRule(list: readonly string[], address: string): string | null {
  const bytes = addressBytes(withoutZone(address));
  if (!bytes) return null;
  let nearest: { readonly entry: string; readonly bits: number } | null = null;
  for (const entry of list) {
    const range = readRange(entry);
    if (typeof range === 'string' || range.bytes.length !== bytes.length) continue;
    const bits = commonBits(range.bytes, bytes);
    if (!nearest || bits > nearest.bits) nearest = { entry, bits };
  }
  return nearest?.entry ?? null;
}

/**
 * An address as sockets and headers tell it, in canonical form: IPv4-mapped IPv6 as IPv4, without
 * the zone (`%eth0`), which has no meaning beyond one machine. `null` when it is no address.
 */
export function canonicalAddress(text: string): string | null {
  // Without leading zeros, as it is then, IPv4 has one form.
  if (isIPv4(text)) return text;
  const bytes = addressBytes(withoutZone(text));
  return bytes && addressText(bytes);
}

/** The range an entry means, or what is wrong with it. */
function readRange(untrimmed: string): AddressRange | string {
  const entry = untrimmed.trim();
  if (entry === '') return 'is empty';
  if (entry.includes('%')) return 'has a zone, which has no meaning beyond one machine';
  if (entry.includes('*')) return readStarred(entry);
  const bracketed = /^\[(.*)\]$/s.exec(entry)?.[1];
  if (bracketed !== undefined) {
    if (!isIPv6(bracketed)) return 'has brackets round something else than a whole IPv6 address';
    return readMasked(bracketed, undefined);
  }
  const slash = entry.indexOf('/');
  if (slash < 0) return readMasked(entry, undefined);
  return readMasked(entry.slice(0, slash), entry.slice(slash + 1));
}

function readMasked(address: string, mask: string | undefined): AddressRange | string {
  const written = isIPv4(address) ? 4 : isIPv6(address) ? 16 : 0;
  const bytes = addressBytes(address);
  if (!bytes) {
    return 'is no IPv4 or IPv6 address in full, nor a range such as `10.0.0.0/8` or `10.0.*.*`';
  }
  if (mask === undefined) return { bytes, bits: bytes.length * 8 };
  if (!MASK.test(mask) || Number(mask) > written * 8) {
    return `has a mask that is no whole number from 0 to ${written * 8}`;
  }
  const bits = Number(mask) - (written - bytes.length) * 8;
  // Such a range would hold all of IPv4 and a part of IPv6, which are compared apart.
  if (bits < 0) return 'is an IPv4-mapped range wider than IPv4; write the two families apart';
  return { bytes: bytes.map((byte, i) => byte & byteMask(bits - i * 8)), bits };
}

function readStarred(entry: string): AddressRange | string {
  const [, octets, stars] = STARRED.exec(entry) ?? [];
  if (octets === undefined || stars === undefined) {
    return 'has a star elsewhere than for the last parts of an IPv4 address';
  }
  const starred = (stars.length + 1) / 2;
  const address = octets + stars.replaceAll('*', '0');
  if (!isIPv4(address)) return 'is no IPv4 address of four parts';
  return readMasked(address, String(32 - starred * 8));
}

/** 4 or 16 bytes; `null` for what is no address. Mapped IPv6 gives IPv4. */
function addressBytes(text: string): number[] | null {
  // Four decimal numbers: ipaddr.js alone would take octal, hexadecimal and short forms.
  if (isIPv4(text)) return text.split('.').map(Number);
  if (!isIPv6(text) || text.includes('%')) return null;
  // ipaddr.js reads the dotted `::1.2.3.4` as the mapped `::ffff:1.2.3.4`, which is another address.
  const bytes = ipaddr.IPv6.parse(withoutDots(text)).toByteArray();
  const mapped = bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff));
  return mapped ? bytes.slice(12) : bytes;
}

function withoutDots(address: string): string {
  const pair = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
  return address.replace(
    DOTTED_TAIL,
    (_, a: string, b: string, c: string, d: string) => `${pair(a, b)}:${pair(c, d)}`,
  );
}

function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 || !isIPv6(address) ? address : address.slice(0, zone);
}

function addressText(bytes: readonly number[]): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}

function rangeText({ bytes, bits }: AddressRange): string {
  const whole = bits === bytes.length * 8;
  return whole ? addressText(bytes) : `${addressText(bytes)}/${bits}`;
}

/** How many leading bits two addresses share; -1 for addresses of two families. */
function commonBits(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return -1;
  const differing = a.findIndex((byte, i) => byte !== b[i]);
  if (differing < 0) return a.length * 8;
  // Math.clz32 counts from bit 31; a byte's first bit is bit 7.
  return differing * 8 + Math.clz32(a[differing] ^ b[differing]) - 24;
}

/** The byte whose first `bits` bits are set; all for 8 and more, none for 0 and less. */
function byteMask(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}
