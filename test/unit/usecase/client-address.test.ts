import { describe, expect, it } from '@jest/globals';
import { clientAddress } from '../../../src/usecase/client-address.js';

const PROXIES = ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'];

interface Case {
  readonly name: string;
  readonly peer?: string;
  readonly header?: string;
  readonly proxies?: readonly string[];
  readonly address: string | null;
}

const CASES: readonly Case[] = [
  { name: 'without a header it is the peer', peer: '192.0.2.1', address: '192.0.2.1' },
  { name: 'a mapped peer is IPv4', peer: '::ffff:192.0.2.1', address: '192.0.2.1' },
  { name: 'a zone of the peer is dropped', peer: 'fe80::1%eth0', address: 'fe80::1' },
  { name: 'a socket that has gone has no address', address: null },
  {
    name: 'no proxy is trusted by default',
    peer: '10.0.0.1',
    header: '192.0.2.1',
    proxies: [],
    address: '10.0.0.1',
  },
  {
    name: 'the header of an untrusted peer is not read',
    peer: '192.0.2.9',
    header: '10.0.0.7',
    address: '192.0.2.9',
  },
  {
    name: 'the header of an untrusted peer may be nonsense',
    peer: '192.0.2.9',
    header: 'nonsense',
    address: '192.0.2.9',
  },
  {
    name: 'a trusted peer tells the caller',
    peer: '10.0.0.1',
    header: '192.0.2.1',
    address: '192.0.2.1',
  },
  {
    name: 'a mapped peer is trusted by its IPv4 rule',
    peer: '::ffff:10.0.0.1',
    header: '192.0.2.1',
    address: '192.0.2.1',
  },
  {
    name: 'what the caller wrote itself is not read',
    peer: '10.0.0.1',
    header: '127.0.0.1, 192.0.2.1',
    address: '192.0.2.1',
  },
  {
    name: 'nonsense that the caller wrote is not read',
    peer: '10.0.0.1',
    header: 'nonsense, 192.0.2.1',
    address: '192.0.2.1',
  },
  {
    name: 'a chain of trusted proxies leads to the caller',
    peer: '10.0.0.1',
    header: '198.51.100.1, 192.0.2.1, 10.0.0.3,10.0.0.2',
    address: '192.0.2.1',
  },
  {
    name: 'trust ends at the first untrusted hop, whatever stands behind it',
    peer: '10.0.0.1',
    header: '198.51.100.1, 10.0.0.4, 192.0.2.1, 10.0.0.2',
    address: '192.0.2.1',
  },
  {
    name: 'when all are trusted it is the leftmost',
    peer: '10.0.0.1',
    header: '10.0.0.3, 10.0.0.2',
    address: '10.0.0.3',
  },
  { name: 'an empty header says nothing', peer: '10.0.0.1', header: '', address: '10.0.0.1' },
  { name: 'blanks and commas say nothing', peer: '10.0.0.1', header: ' ,, ', address: '10.0.0.1' },
  {
    name: 'blanks part hops as commas do',
    peer: '10.0.0.1',
    header: '192.0.2.1 10.0.0.2',
    address: '192.0.2.1',
  },
  { name: 'a port is dropped', peer: '10.0.0.1', header: '192.0.2.1:5123', address: '192.0.2.1' },
  { name: 'IPv6 as it is', peer: '10.0.0.1', header: '2001:db8::1', address: '2001:db8::1' },
  { name: 'IPv6 in brackets', peer: '10.0.0.1', header: '[2001:db8::1]', address: '2001:db8::1' },
  {
    name: 'IPv6 in brackets with a port',
    peer: '10.0.0.1',
    header: '[2001:db8::1]:443',
    address: '2001:db8::1',
  },
  {
    name: 'a mapped hop is IPv4',
    peer: '10.0.0.1',
    header: '::ffff:192.0.2.1',
    address: '192.0.2.1',
  },
  {
    name: 'an IPv6 proxy is trusted by its rule',
    peer: 'fd00::1',
    header: '192.0.2.1, fd00::2',
    address: '192.0.2.1',
  },
  {
    name: 'a trusted proxy that tells no address leaves the caller unknown',
    peer: '10.0.0.1',
    header: 'unknown',
    address: null,
  },
  {
    name: 'so does one further away; its own address is not the caller',
    peer: '10.0.0.1',
    header: '192.0.2.1, unknown, 10.0.0.2',
    address: null,
  },
  { name: 'an octal form is no address', peer: '10.0.0.1', header: '0300.0.2.1', address: null },
  { name: 'a short form is no address', peer: '10.0.0.1', header: '10.1', address: null },
  { name: 'a host name is no address', peer: '10.0.0.1', header: 'localhost', address: null },
  {
    name: 'IPv4 in brackets is no address',
    peer: '10.0.0.1',
    header: '[192.0.2.1]',
    address: null,
  },
  { name: 'a range is no address', peer: '10.0.0.1', header: '192.0.2.0/24', address: null },
];

describe('the address of a client', () => {
  it.each(CASES)('$name', ({ peer, header, proxies = PROXIES, address }) => {
    expect(clientAddress({ peer, forwardedFor: header }, proxies)).toBe(address);
  });
});
