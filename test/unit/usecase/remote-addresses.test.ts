import { describe, expect, it } from '@jest/globals';
import { isGatehouseError } from '../../../src/domain/index.js';
import {
  admits,
  canonicalAddress,
  MAX_REMOTE_ADDRESSES,
  nearestRule,
  parseRemoteAddresses,
} from '../../../src/usecase/remote-addresses.js';

/** Which entry is read as what; a table of pairs, so that nothing stands between the two. */
const CANONICAL: readonly (readonly [entry: string, canonical: string])[] = [
  // Single IPv4
  ['192.168.10.12', '192.168.10.12'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['127.0.0.1', '127.0.0.1'],
  [' 10.0.0.1 ', '10.0.0.1'],
  ['10.0.0.1\r', '10.0.0.1'],
  // Single IPv6
  ['::1', '::1'],
  ['::', '::'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::A', '2001:db8::a'],
  ['2001:0db8:0000:0000:0000:0000:0000:000a', '2001:db8::a'],
  ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['fe80::1', 'fe80::1'],
  ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
  ['::1.2.3.4', '::102:304'],
  ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
  // Brackets round a whole IPv6 address
  ['[::1]', '::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[::ffff:10.0.0.1]', '10.0.0.1'],
  // IPv4-mapped IPv6 is IPv4
  ['::ffff:1.2.3.4', '1.2.3.4'],
  ['::FFFF:1.2.3.4', '1.2.3.4'],
  ['::ffff:102:304', '1.2.3.4'],
  ['0:0:0:0:0:ffff:0102:0304', '1.2.3.4'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:1.2.3.4/128', '1.2.3.4'],
  ['::ffff:0:0/96', '0.0.0.0/0'],
  // CIDR, host bits allowed
  ['192.168.10.1/16', '192.168.0.0/16'],
  ['192.168.0.0/16', '192.168.0.0/16'],
  ['10.1.2.3/8', '10.0.0.0/8'],
  ['10.1.2.3/0', '0.0.0.0/0'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['10.1.2.3/32', '10.1.2.3'],
  ['10.1.2.255/31', '10.1.2.254/31'],
  ['10.1.2.255/25', '10.1.2.128/25'],
  ['172.31.255.255/12', '172.16.0.0/12'],
  ['255.255.255.255/1', '128.0.0.0/1'],
  ['fe80::1/64', 'fe80::/64'],
  ['2001:db8:ffff::1/33', '2001:db8:8000::/33'],
  ['2001:db8::1/128', '2001:db8::1'],
  ['2001:db8::1/127', '2001:db8::/127'],
  ['2001:db8::1/0', '::/0'],
  ['::/0', '::/0'],
  // Stars for the last parts
  ['172.16.*.*', '172.16.0.0/16'],
  ['172.16.5.*', '172.16.5.0/24'],
  ['172.*.*.*', '172.0.0.0/8'],
  ['*.*.*.*', '0.0.0.0/0'],
];

const REFUSED: readonly string[] = [
  '',
  ' ',
  '\n',
  // Short, octal, hexadecimal and decimal forms that ipaddr.js alone would take
  '10',
  '10.1',
  '10.1.2',
  '192.1.2',
  '10/8',
  '10.1/16',
  '010.0.0.1',
  '10.00.0.1',
  '0x0a.0.0.1',
  '0x0a000001',
  '167772161',
  '012.0.0.1',
  '10.0.0.01',
  // No addresses
  '256.0.0.1',
  '1.2.3.4.5',
  '1.2.3.',
  '.1.2.3',
  '1..2.3',
  '1.2.3.-4',
  '1.2.3.4:80',
  '１.2.3.4',
  '1,2,3,4',
  '1.2.3.4,5.6.7.8',
  '1.2.3.4 5.6.7.8',
  '1.2.3.4-1.2.3.9',
  '1 .2.3.4',
  'localhost',
  'build.example.org',
  'example',
  'http://10.0.0.1',
  ':::1',
  '1::2::3',
  '12345::1',
  'g::1',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '::1.2.3',
  '::ffff:1.2.3.256',
  '::ffff:01.2.3.4',
  // Brackets
  '[1.2.3.4]',
  '[::1',
  '::1]',
  '[]',
  '[::0]/64',
  '[::0/64]',
  '[[::1]]',
  '[::1]:80',
  '[ ::1 ]',
  // Zones
  'fe80::1%eth0',
  'fe80::1%1',
  '[fe80::1%eth0]',
  'fe80::1%eth0/64',
  '1.2.3.4%1',
  // Masks
  '10.0.0.0/33',
  '10.0.0.0/128',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0.0/8.0',
  '10.0.0.0/1e1',
  '10.0.0.0/ 8',
  '10.0.0.0 /8',
  '10.0.0.0/',
  '10.0.0.0/a',
  '10.0.0.0/8/8',
  '10.0.0.0/255.0.0.0',
  '10.0.0.0/9999',
  '::/129',
  '::1/',
  '/8',
  '/',
  // A mapped range wider than IPv4
  '::ffff:0:0/95',
  '::ffff:1.2.3.4/0',
  // Stars
  '*',
  '*.*',
  '*.*.*',
  '172.*',
  '172.16.*',
  '172.16.*.5',
  '*.168.1.0',
  '10.*.0.*',
  '10.0.0.*/24',
  '10.0.0.1*',
  '10.0.0.**',
  '10.0.*.*.*',
  '256.*.*.*',
  '010.*.*.*',
  '::*',
  'fe80::*',
  '10.0.0.?',
];

interface Admission {
  readonly list: readonly string[];
  readonly admitted: readonly string[];
  readonly refused: readonly string[];
}

const ADMISSIONS: readonly Admission[] = [
  { list: [], admitted: [], refused: ['127.0.0.1', '::1', '0.0.0.0', '::', ''] },
  {
    list: ['192.168.10.12'],
    admitted: ['192.168.10.12', '::ffff:192.168.10.12', '::ffff:c0a8:a0c'],
    refused: ['192.168.10.13', '192.168.10.1', '::192.168.10.12', '192.168.10.12.0', '::1'],
  },
  {
    list: ['192.168.10.1/16'],
    admitted: ['192.168.0.0', '192.168.10.1', '192.168.255.255', '::ffff:192.168.1.1'],
    refused: ['192.167.255.255', '192.169.0.0', '193.168.0.1', '64.168.0.1', '::c0a8:1'],
  },
  {
    list: ['172.16.*.*'],
    admitted: ['172.16.0.0', '172.16.255.255'],
    refused: ['172.15.255.255', '172.17.0.0', '::ac10:1'],
  },
  {
    list: ['10.1.2.254/31'],
    admitted: ['10.1.2.254', '10.1.2.255'],
    refused: ['10.1.2.253', '10.1.3.0'],
  },
  {
    list: ['128.0.0.0/1'],
    admitted: ['128.0.0.0', '255.255.255.255'],
    refused: ['127.255.255.255'],
  },
  {
    list: ['0.0.0.0/0'],
    admitted: ['0.0.0.0', '255.255.255.255', '::ffff:9.9.9.9'],
    refused: ['::', '::1', '::0.0.0.1', '2001:db8::1'],
  },
  {
    list: ['::/0'],
    admitted: ['::', '::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::1.2.3.4'],
    refused: ['0.0.0.1', '1.2.3.4', '::ffff:1.2.3.4'],
  },
  { list: ['0.0.0.1'], admitted: ['0.0.0.1'], refused: ['::1', '::0.0.0.1'] },
  {
    list: ['::1'],
    admitted: ['::1', '0:0:0:0:0:0:0:1', '::1%lo'],
    refused: ['127.0.0.1', '0.0.0.1', '::', '::2'],
  },
  {
    list: ['fe80::/64'],
    admitted: ['fe80::1', 'fe80::1%eth0', 'fe80::ffff:ffff:ffff:ffff'],
    refused: ['fe80:0:0:1::1', 'fe81::1', '254.128.0.1'],
  },
  {
    list: ['2001:db8:8000::/33'],
    admitted: ['2001:db8:8000::', '2001:db8:ffff::1'],
    refused: ['2001:db8:7fff::1', '2001:db9:8000::'],
  },
  {
    list: ['10.0.0.1', '2001:db8::/32', '192.168.0.0/24'],
    admitted: ['10.0.0.1', '2001:db8::9', '192.168.0.200'],
    refused: ['10.0.0.2', '2001:db9::9', '192.168.1.200'],
  },
  {
    // A list that was stored by other means: what cannot be read matches nothing.
    list: ['localhost', '010.0.0.1', '10.0.0.0/99', '', '10.0.0.7'],
    admitted: ['10.0.0.7'],
    refused: ['127.0.0.1', '8.0.0.1', '10.0.0.1', '10.0.0.0'],
  },
  {
    list: ['0.0.0.0/0', '::/0'],
    admitted: ['1.2.3.4', '::1'],
    refused: [
      '',
      'localhost',
      '010.0.0.1',
      '0x7f.0.0.1',
      '127.1',
      '1.2.3.4/32',
      '[::1]',
      '%',
      '::1%',
    ],
  },
];

function refusalOf(run: () => unknown): { field: string; reason: string } {
  try {
    run();
  } catch (error) {
    if (isGatehouseError(error, 'INPUT_INVALID')) return error.details;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('remote addresses', () => {
  it.each(CANONICAL)('reads %j as %j', (entry, canonical) => {
    expect(parseRemoteAddresses([entry])).toEqual([canonical]);
    // The canonical form is its own.
    expect(parseRemoteAddresses([canonical])).toEqual([canonical]);
  });

  it.each(REFUSED)('refuses %j and says which entry it is', (entry) => {
    const { field, reason } = refusalOf(() => parseRemoteAddresses(['10.0.0.1', entry]));
    expect(field).toBe('remoteAddresses');
    expect(reason).toContain(`\`${entry}\``);
    expect(admits([entry], '10.0.0.1')).toBe(false);
  });

  it('gives each range once, in the order given', () => {
    const list = ['::1', '10.0.0.0/8', '10.9.9.9/8', '10.*.*.*', '[::1]', '1.2.3.4', '1.2.3.4/32'];
    expect(parseRemoteAddresses(list)).toEqual(['::1', '10.0.0.0/8', '1.2.3.4']);
  });

  it('reads an empty list', () => {
    expect(parseRemoteAddresses([])).toEqual([]);
  });

  it('takes as many entries as permitted and not one more', () => {
    const many = Array.from(
      { length: MAX_REMOTE_ADDRESSES },
      (_, i) => `10.0.${i >> 8}.${i & 255}`,
    );
    expect(parseRemoteAddresses(many)).toEqual(many);
    expect(refusalOf(() => parseRemoteAddresses([...many, '::1'])).field).toBe('remoteAddresses');
  });

  it('shortens a long entry in its refusal and names another field on request', () => {
    const { field, reason } = refusalOf(() => parseRemoteAddresses(['x'.repeat(9_000)], 'proxies'));
    expect(field).toBe('proxies');
    expect(reason.length).toBeLessThan(300);
  });

  const cases = ADMISSIONS.flatMap(({ list, admitted, refused }) => [
    ...admitted.map((address) => ({ list, address, verdict: true })),
    ...refused.map((address) => ({ list, address, verdict: false })),
  ]);

  it.each(cases)('$list: $address is admitted: $verdict', ({ list, address, verdict }) => {
    expect(admits(list, address)).toBe(verdict);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:7f00:1', '127.0.0.1'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['', null],
    ['unknown', null],
    ['010.0.0.1', null],
    ['10.0.0.0/8', null],
    ['[::1]', null],
    ['1.2.3.4%1', null],
  ])('the address %j is %j', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    { name: 'the longest beginning in common', address: '10.1.2.3', nearest: '10.1.0.0/16' },
    { name: 'whether or not it matches', address: '10.2.0.1', nearest: '10.1.0.0/16' },
    { name: 'far away, the first as close as any', address: '192.168.0.1', nearest: '10.1.0.0/16' },
    { name: 'an entry of the same family', address: '::2', nearest: '::1' },
    { name: 'none for what is no address', address: 'unknown', nearest: null },
  ])('the nearest rule is $name', ({ address, nearest }) => {
    expect(nearestRule(['10.1.0.0/16', '10.128.0.1', '::1', 'fe80::/64'], address)).toBe(nearest);
  });

  it('knows no nearest rule of another family', () => {
    expect(nearestRule(['::/0'], '10.0.0.1')).toBeNull();
    expect(nearestRule([], '10.0.0.1')).toBeNull();
  });
});
