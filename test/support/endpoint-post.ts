import { createEndpointPost, type PostToEndpoint } from '../../src/connector/index.js';
import type { Behaviour, LocalServer } from './misbehaving-server.js';

/** Long enough for a call to arrive on a machine that is busy. */
const HASTY_MS = 1_500;
const PATIENT_MS = 50_000;

/** Calls of endpoints that give up soon only where no answer will come: a busy machine fails no other. */
export class EndpointPost {
  private readonly hasty = createEndpointPost(HASTY_MS);
  private readonly patient = createEndpointPost(PATIENT_MS);
  private readonly hanging = new Set<string>();

  readonly post: PostToEndpoint = (call) => {
    const post = this.hanging.has(new URL(call.url).origin) ? this.hasty : this.patient;
    return post(call);
  };

  /** Has a server do something from now on; `null`: never answer. */
  behave(server: LocalServer, behaviour: Behaviour | null): void {
    server.behave(behaviour ?? (() => undefined));
    if (behaviour) this.hanging.delete(server.url);
    else this.hanging.add(server.url);
  }
}
