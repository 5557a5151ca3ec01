import { asId, GatehouseError, type WebhookId } from '../domain/index.js';
import {
  registerWebhook,
  unregisterWebhook,
  type WebhookInput,
  webhookOfApplication,
} from '../usecase/index.js';
import { badInput } from './errors.js';
import type { Handler } from './exchange.js';
import { asText, parseJsonObject } from './json-value.js';
import { created, NO_CONTENT } from './reply.js';
import type { RequestBody } from './request-body.js';
import { child, parseXml } from './xml-element.js';

const ID = /^[1-9]\d{0,14}$/;

/** Always 201, also when the address was registered before: the webhook is the same then. */
export const createWebhook: Handler = async ({ gateway, caller, links, readBody }) => {
  const webhook = await registerWebhook(gateway, caller, readWebhook(await readBody()));
  return created(links.webhook(webhook.id), { kind: 'webhook', webhook });
};

export const readWebhookById: Handler = async ({ gateway, caller, pathArgument }) => ({
  kind: 'webhook',
  webhook: await webhookOfApplication(gateway, caller, readId(pathArgument)),
});

export const removeWebhookById: Handler = async ({ gateway, caller, pathArgument }) => {
  await unregisterWebhook(gateway, caller, readId(pathArgument));
  return NO_CONTENT;
};

function readId(text: string): WebhookId {
  if (!ID.test(text)) throw new GatehouseError('NOT_FOUND', { kind: 'webhook', name: text });
  return asId(Number(text));
}

/** `<webhook><endpointUrl>…</endpointUrl><token>…</token></webhook>`, or the same keys in JSON. */
function readWebhook({ format, text }: RequestBody): WebhookInput {
  const read = format === 'XML' ? xmlFields(text) : jsonFields(text);
  const endpointUrl = read('endpointUrl')?.trim();
  if (!endpointUrl) throw badInput('endpointUrl', 'is missing');
  return { endpointUrl, token: read('token') || null };
}

type Read = (field: keyof WebhookInput) => string | null;

function xmlFields(text: string): Read {
  const root = parseXml(text);
  if (root.name !== 'webhook') throw badInput('body', 'must be <webhook>');
  return (field) => child(root, field)?.text ?? null;
}

function jsonFields(text: string): Read {
  const object = parseJsonObject(text);
  return (field) => asText(object[field]);
}
