import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Gateway, GatewayObserver } from '../usecase/index.js';
import { directoryMetrics } from './directory-metrics.js';
import type { Face } from './face.js';
import { indexMetrics } from './index-metrics.js';
import { metricsFace } from './metrics-face.js';
import { mailMetrics, outgoingMetrics } from './outgoing-metrics.js';
import { requestMetrics } from './request-metrics.js';
import { runMetrics } from './run-metrics.js';

export interface Metrics {
  /** Is told what is counted. */
  readonly observer: GatewayObserver;
  /** The same face, whose answers are counted under this word. */
  counted(word: string, face: Face): Face;
  /** Tells what was counted, and the state of the gateway at that moment. */
  face(gateway: Gateway): Face;
}

/** @param token lets in whoever bears it; without one only callers on this machine may ask. */
export function createMetrics(token: string | null): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    observer: { ...runMetrics(registry), ...outgoingMetrics(registry) },
    counted: requestMetrics(registry),
    face: (gateway) => {
      indexMetrics(registry, gateway);
      directoryMetrics(registry, gateway);
      mailMetrics(registry, gateway);
      return metricsFace(registry, token);
    },
  };
}
