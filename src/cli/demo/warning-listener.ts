import type { Client } from 'graphql-ws';

/** A licence warning as the subscriber receives it. */
export interface ReceivedWarning {
  readonly threshold: number;
  readonly direction: 'UP' | 'DOWN';
  readonly message: string;
}

const PATIENCE_MS = 30_000;

/** Subscribes to licence warnings and keeps them until they are asked for. */
export class WarningListener {
  /** Resolves when the connection stands. */
  readonly ready: Promise<void>;
  private readonly client: Client;
  private readonly received: AsyncIterator<{ data?: { licenceWarning: ReceivedWarning } | null }>;

  /** @param after the cursor of the log from which on no warning may be missed. */
  constructor(client: Client, after: string) {
    this.client = client;
    this.ready = new Promise((resolve, reject) => {
      client.on('connected', () => resolve());
      client.on('error', reject);
      client.on('closed', () => reject(new Error('the subscriber was cut off')));
    });
    this.received = client.iterate<{ licenceWarning: ReceivedWarning }>({
      query: `subscription ($after: String) {
        licenceWarning(after: $after) { threshold direction message }
      }`,
      variables: { after },
    });
  }

  /** The next warning that fits. @throws Error when none comes within half a minute. */
  async next(fits: (warning: ReceivedWarning) => boolean): Promise<ReceivedWarning> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no licence warning came')), PATIENCE_MS);
    });
    try {
      for (;;) {
        const { value, done } = await Promise.race([this.received.next(), timeout]);
        if (done) throw new Error('the subscription ended');
        const warning = value.data?.licenceWarning;
        if (warning && fits(warning)) return warning;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.client.dispose();
  }
}
