import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const STATUS = /^HTTP\/1\.1 (\d{3}) /;
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const LENGTH = /\r\ncontent-length: (\d+)\r\n/i;

/** A request as it goes over the wire, and what it is known by. */
export interface Request {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

/**
 * One connection that is kept alive and asks one thing at a time. It reads no more of HTTP than it
 * must, because whatever it does itself is in the time of both servers alike.
 */
export class Client {
  readonly #socket: Socket;
  #pieces: Buffer[] = [];
  #length = 0;
  /** Of the answer that is coming; `null` until it is there. */
  #head: { readonly text: string; readonly bodyLength: number | null } | null = null;
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => this.#take(piece));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('a server closed a connection')));
  }

  static open(server: string): Promise<Client> {
    const { hostname, port } = new URL(server);
    return new Promise((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Client(socket));
      });
    });
  }

  ask({ bytes }: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#settle = null;
    this.#socket.destroy();
  }

  #take(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#head ??= this.#readHead();
    if (this.#head === null) return;
    const { text, bodyLength } = this.#head;
    // Nothing else is asked meanwhile, so what ends like the last chunk is the last chunk.
    const isWhole =
      bodyLength === null
        ? this.#tail().equals(LAST_CHUNK)
        : this.#length >= text.length + bodyLength;
    if (!isWhole) return;
    const body = Buffer.concat(this.#pieces).subarray(text.length);
    const settle = this.#settle;
    this.#pieces = [];
    this.#length = 0;
    this.#head = null;
    this.#settle = null;
    settle?.resolve({
      status: Number(STATUS.exec(text)?.[1]),
      head: text,
      body: bodyLength === null ? joined(body) : body,
    });
  }

  #tail(): Buffer {
    const last = this.#pieces[this.#pieces.length - 1];
    const enough =
      last.length < LAST_CHUNK.length
        ? Buffer.concat(this.#pieces.slice(-LAST_CHUNK.length))
        : last;
    return enough.subarray(-LAST_CHUNK.length);
  }

  #readHead() {
    const bytes = Buffer.concat(this.#pieces);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return null;
    const text = bytes.toString('latin1', 0, end + HEAD_END.length);
    const length = LENGTH.exec(text)?.[1];
    return { text, bodyLength: length === undefined ? null : Number(length) };
  }
}

/** What chunks hold. */
function joined(chunked: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = chunked.indexOf('\r\n', at);
    const length = Number.parseInt(chunked.toString('latin1', at, lineEnd), 16);
    if (length === 0) return Buffer.concat(parts);
    parts.push(chunked.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
