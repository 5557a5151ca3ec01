import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Behaviour } from './misbehaving-server.js';

const RECORDED = new URL('../connector/recorded/', import.meta.url);

/** The header without which nothing counts as a Jira or Crowd. */
export const JIRA_HEADERS = { 'X-Embedded-Crowd-Version': 'JIRA/9.12.0' } as const;
export const XML_HEADERS = { ...JIRA_HEADERS, 'Content-Type': 'application/xml' } as const;

/** Answers with a recorded answer: status line and headers of `<stem>.headers`, body of `<stem>.xml` or `.html`. */
export function replay(stem: string): Behaviour {
  const [statusLine = '', ...lines] = readFileSync(new URL(`${stem}.headers`, RECORDED), 'utf8')
    .trim()
    .split('\n');
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(':')),
      line.slice(line.indexOf(':') + 1).trim(),
    ]),
  );
  const status = Number(statusLine.split(' ')[1]);
  const body = recordedBody(stem);
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** Answers each resource (the path below the protocol's base) with its own behaviour, others with 404. */
export function byResource(behaviours: Readonly<Record<string, Behaviour>>): Behaviour {
  return (request, response) => {
    const resource = request.path.split('/rest/usermanagement/1').at(-1) ?? '';
    const behaviour = behaviours[resource] ?? ((_request, answer) => sendXml(answer, 404, ''));
    return behaviour(request, response);
  };
}

/** Answers the first request with the first behaviour and so on; the last one stays. */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  let turn = 0;
  return (request, response) => {
    const behaviour = behaviours[Math.min(turn, behaviours.length - 1)];
    turn += 1;
    return behaviour?.(request, response);
  };
}

export function sendXml(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, XML_HEADERS);
  response.end(body);
}

/** Answers with an XML document. */
export function xml(body: string, status = 200): Behaviour {
  return (_request, response) => sendXml(response, status, body);
}

function recordedBody(stem: string): string {
  for (const ending of ['xml', 'html']) {
    const file = new URL(`${stem}.${ending}`, RECORDED);
    if (existsSync(file)) return readFileSync(file, 'utf8');
  }
  return '';
}
