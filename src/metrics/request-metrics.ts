import { Counter, Histogram, type Registry } from 'prom-client';
import type { Face } from './face.js';

const DURATIONS = [0.005, 0.025, 0.1, 0.5, 2, 10];

/** Counts answers by face and class of status; paths and callers are not told apart. */
export function requestMetrics(registry: Registry): (word: string, face: Face) => Face {
  const registers = [registry];
  const requests = new Counter({
    name: 'gatehouse_http_requests_total',
    help: 'HTTP requests that were answered.',
    labelNames: ['face', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'gatehouse_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['face'],
    buckets: DURATIONS,
    registers,
  });
  return (word, face) => async (request, response) => {
    const begun = performance.now();
    const isTaken = await face(request, response);
    if (!isTaken) return false;
    const note = () => {
      requests.inc({ face: word, status: `${Math.floor(response.statusCode / 100)}xx` });
      durations.observe({ face: word }, (performance.now() - begun) / 1_000);
    };
    if (response.writableFinished || response.destroyed) note();
    else response.once('close', note);
    return true;
  };
}
