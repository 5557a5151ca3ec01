import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number;
  /** By name in small letters; of a repeated one the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Sends bytes as they are on a connection of their own and reads the first answer to them.
 * @param endsHere half-closes afterwards: the server is not to wait for more.
 * @param headOnly the answer is one to HEAD and has no body, whatever its length says.
 * @returns `null` when the connection ended without a whole answer.
 */
export function sendRaw(
  origin: string,
  bytes: Buffer,
  { endsHere, headOnly }: { readonly endsHere: boolean; readonly headOnly: boolean },
): Promise<RawAnswer | null> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    const socket: Socket = connect(Number(port), hostname);
    const pieces: Buffer[] = [];
    const finish = (ended: boolean) => {
      const answer = readAnswer(Buffer.concat(pieces), headOnly, ended);
      if (!answer && !ended) return;
      socket.destroy();
      resolve(answer);
    };
    socket.on('data', (piece) => {
      pieces.push(piece);
      finish(false);
    });
    socket.on('close', () => finish(true));
    // A server that has answered may cut what it does not want to read; the answer is there by then.
    socket.on('error', () => finish(true));
    socket.write(bytes);
    if (endsHere) socket.end();
  });
}

/** `null` while something is missing; with the end of the connection a body may end, too. */
function readAnswer(bytes: Buffer, headOnly: boolean, ended: boolean): RawAnswer | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [statusLine, ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  const rest = bytes.subarray(headEnd + HEAD_END.length);
  // `100 Continue` comes before the answer.
  if (status < 200) return readAnswer(rest, headOnly, ended);
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = readBody(rest, headers, headOnly || status === 204 || status === 304, ended);
  return body && { status, headers, body };
}

function readBody(
  rest: Buffer,
  headers: ReadonlyMap<string, string>,
  bodiless: boolean,
  ended: boolean,
): Buffer | null {
  if (bodiless) return Buffer.alloc(0);
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(rest);
  const length = headers.get('content-length');
  if (length === undefined) return ended ? rest : null;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : null;
}

function readChunks(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const begin = lineEnd + 2;
    if (bytes.length < begin + length + 2) return null;
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(begin, begin + length));
    at = begin + length + 2;
  }
}
