import { lookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/**
 * Addresses at which no endpoint lives: those of this link, where clouds keep their metadata service, the
 * others at which some clouds keep it, and those that are nobody's or everybody's. Loopback and private
 * ones are not among them: the applications of a company are there.
 */
const NEVER_CALLED = new BlockList();
NEVER_CALLED.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER_CALLED.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER_CALLED.addSubnet('224.0.0.0', 3, 'ipv4');
NEVER_CALLED.addAddress('100.100.100.200', 'ipv4');
NEVER_CALLED.addAddress('168.63.129.16', 'ipv4');
NEVER_CALLED.addAddress('::', 'ipv6');
NEVER_CALLED.addAddress('fd00:ec2::254', 'ipv6');
NEVER_CALLED.addAddress('fd20:ce::254', 'ipv6');
// Of this link, as a network without IPv4 translates it (RFC 6052).
NEVER_CALLED.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6');
NEVER_CALLED.addSubnet('fe80::', 10, 'ipv6');
NEVER_CALLED.addSubnet('ff00::', 8, 'ipv6');

/** A host none of whose addresses may be called. */
export class AddressNotPermitted extends Error {
  readonly code = 'GATEHOUSE_ADDRESS_NOT_PERMITTED';
}

/** @throws AddressNotPermitted for a host that is such an address itself, and so is never looked up. */
export function requirePermittedHost({ hostname }: URL): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && !isPermitted(address)) throw new AddressNotPermitted();
}

/**
 * Looks a host up for a connection and leaves out what may not be called. Looked at here, and not
 * before, so that no second look-up can find something else.
 */
export const permittedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) {
      callback(error, []);
      return;
    }
    const permitted = found.filter(({ address }) => isPermitted(address));
    const [first] = permitted;
    if (!first) callback(new AddressNotPermitted(), []);
    else if (options.all) callback(null, permitted);
    else callback(null, first.address, first.family);
  });
};

function isPermitted(address: string): boolean {
  return !NEVER_CALLED.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
