import type { GraphqlClient } from '../../src/cli/demo/graphql-client.js';
import { asAdmin, serve } from './company-and-gateway.js';
import type { GatewayProcess } from './gateway-process.js';

/** How a process ends: by SIGTERM or by SIGKILL. */
export type GatewayEnd = 'stop' | 'kill';

/** A gateway on one database whose process ends and begins again, each time on another port. */
export class RestartingGateway {
  readonly #databaseUrl: string;
  #process: GatewayProcess;

  private constructor(databaseUrl: string, process: GatewayProcess) {
    this.#databaseUrl = databaseUrl;
    this.#process = process;
  }

  static async start(databaseUrl: string): Promise<RestartingGateway> {
    return new RestartingGateway(databaseUrl, await serve(databaseUrl));
  }

  /** Of the process of now. */
  get url(): string {
    return this.#process.url;
  }

  get admin(): GraphqlClient {
    return asAdmin(this.#process);
  }

  get process(): GatewayProcess {
    return this.#process;
  }

  /** Resolves when the process is gone. What is asked until `begin` is refused by the system. */
  async end(how: GatewayEnd): Promise<void> {
    await this.#process[how]();
  }

  /** Starts a process once the one of before is gone. */
  async begin(): Promise<void> {
    this.#process = await serve(this.#databaseUrl);
  }

  async restart(how: GatewayEnd): Promise<void> {
    await this.end(how);
    await this.begin();
  }
}
