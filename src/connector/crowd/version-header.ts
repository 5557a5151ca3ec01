import type { RemoteServer } from '../connector.js';
import type { ServerFaults } from './server-faults.js';
import { isTrouble } from './trouble-status.js';

export const VERSION_HEADER = 'X-Embedded-Crowd-Version';

/** The first Jira with this user server (Crucible manual, "User Management Limitations and Recommendations"). */
const OLDEST_JIRA = { major: 4, minor: 3 } as const;

const HEADER_SHAPE = /^\s*([^/\s][^/]*?)\s*\/\s*(\S.*?)\s*$/;
const VERSION_SHAPE = /^(\d{1,6})(?:\.(\d{1,6}))?/;

/**
 * Which product answered. A Jira or Crowd user server sends this header with every answer, errors
 * included, and Atlassian's own client reads it before the status: what lacks it came from somewhere else.
 * @throws GatehouseError `PROTOCOL` when it is missing, unreadable, or names a Jira before 4.3. When it is missing
 *   and the status tells of trouble, that is the cause.
 */
export function readVersionHeader(
  value: string | string[] | undefined,
  status: number,
  faults: ServerFaults,
): RemoteServer {
  const header = Array.isArray(value) ? value[0] : value;
  if (header === undefined) {
    throw faults.protocol(
      VERSION_HEADER,
      `is missing: this is no Jira or Crowd user server, or a proxy in between answered (status ${status})`,
      isTrouble(status) ? faults.unreachable(`answers ${status}`) : undefined,
    );
  }
  const [, product, version] = HEADER_SHAPE.exec(header) ?? [];
  if (product === undefined || version === undefined) {
    throw faults.protocol(
      VERSION_HEADER,
      `is \`${faults.quote(header)}\`, not \`product/version\``,
    );
  }
  if (product.toLowerCase() === 'jira') requireJira(version, faults);
  return { product: faults.quote(product), version: faults.quote(version) };
}

function requireJira(version: string, faults: ServerFaults): void {
  const [, major, minor = '0'] = VERSION_SHAPE.exec(version) ?? [];
  const recent =
    major !== undefined &&
    (Number(major) > OLDEST_JIRA.major ||
      (Number(major) === OLDEST_JIRA.major && Number(minor) >= OLDEST_JIRA.minor));
  if (recent) return;
  throw faults.protocol(
    VERSION_HEADER,
    `says Jira ${faults.quote(version)}; Jira 4.3 or later is needed`,
  );
}
