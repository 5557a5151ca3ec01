import { escapeXml } from '../../src/connector/crowd/xml-text.js';
import { sendXml } from './crowd-answers.js';
import type { Behaviour, ReceivedRequest } from './misbehaving-server.js';

/** `count` names in order: `user-0000`, `user-0001`, … */
export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${String(i).padStart(4, '0')}`);
}

/** The list document for `names`. */
export function listDocument(entry: 'user' | 'group', names: readonly string[]): string {
  const entries = names.map((name) => `<${entry} name="${escapeXml(name)}"/>`).join('');
  return `<${entry}s expand="${entry}">${entries}</${entry}s>`;
}

/** A list that honours `start-index` and `max-results`, and gives `cap` entries at the most. */
export function listOf(
  entry: 'user' | 'group',
  names: readonly string[],
  cap = Number.POSITIVE_INFINITY,
): Behaviour {
  return (request, response) => {
    const start = Number(request.query.get('start-index'));
    const length = Math.min(Number(request.query.get('max-results')), cap);
    sendXml(response, 200, listDocument(entry, names.slice(start, start + length)));
  };
}

/** The names that a restriction asks for. */
export function askedNames({ body }: ReceivedRequest): string[] {
  return [...body.matchAll(/<value>(.*?)<\/value>/g)].map(([, value]) => value ?? '');
}
