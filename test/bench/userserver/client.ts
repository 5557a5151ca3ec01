import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';
const STATUS = /^HTTP\/1\.1 (\d{3}) /;
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
 * must, because whatever it does itself is in the time of both servers alike. It knows answers of a
 * told length only.
 */
export class Client {
  readonly #socket: Socket;
  #pieces: Buffer[] = [];
  #length = 0;
  /** Of the answer that is coming: bytes with its head; `null` until the head is there. */
  #whole: number | null = null;
  #headLength = 0;
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
    if (this.#whole === null) this.#readHead();
    if (this.#whole === null || this.#length < this.#whole) return;
    const bytes = this.#pieces.length === 1 ? piece : Buffer.concat(this.#pieces);
    const head = bytes.toString('latin1', 0, this.#headLength);
    const status = Number(STATUS.exec(head)?.[1]);
    const settle = this.#settle;
    this.#pieces = [];
    this.#length = 0;
    this.#whole = null;
    this.#settle = null;
    settle?.resolve({ status, head, body: bytes.subarray(this.#headLength) });
  }

  #readHead(): void {
    const bytes = Buffer.concat(this.#pieces);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) return;
    this.#headLength = end + HEAD_END.length;
    const length = LENGTH.exec(bytes.toString('latin1', 0, this.#headLength))?.[1];
    if (length === undefined) {
      this.#settle?.reject(new Error('an answer did not tell its length'));
      return;
    }
    this.#whole = this.#headLength + Number(length);
  }
}
