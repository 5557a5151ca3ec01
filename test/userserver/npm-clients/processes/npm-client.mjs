/**
 * One of the npm clients in a process of its own: they patch what is global and keep their settings there.
 * Says first which calls it offers, then answers each message `{call, args}` with `{value}` or `{error}`.
 */
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const require = createRequire(import.meta.url);
const { client, base, application } = JSON.parse(process.argv[2]);

const { calls, make } = client === 'atlassian-crowd-client' ? promising() : callingBack();
process.on('disconnect', () => process.exit());
process.on('message', async ({ call, args }) => process.send(await outcome(call, args)));
process.send([...calls.keys()]);

async function outcome(call, args) {
  try {
    return { value: (await calls.get(call)(...args.map(make))) ?? null };
  } catch (error) {
    return { error: error.type ?? error.code ?? String(error) };
  }
}

function promising() {
  const CrowdClient = require('atlassian-crowd-client');
  const models = {
    User: require('atlassian-crowd-client/lib/models/user'),
    Group: require('atlassian-crowd-client/lib/models/group'),
    Attributes: require('atlassian-crowd-client/lib/models/attributes'),
    ValidationFactors: require('atlassian-crowd-client/lib/models/validation-factors'),
  };
  return {
    calls: callsOf(new CrowdClient({ baseUrl: base, application })),
    make: (value) => (value?.model ? new models[value.model](...value.of) : value),
  };
}

function callingBack() {
  const AtlassianCrowd = require('atlassian-crowd-patched');
  const calls = callsOf(new AtlassianCrowd({ crowd: { base: `${base}/` }, application }));
  return {
    calls: new Map([...calls].map(([path, call]) => [path, promisify(call)])),
    make: (value) => value,
  };
}

/** Every function within reach of an object by its path, but for the classes of its models. */
function callsOf(object, path = '') {
  const found = new Map();
  for (const key of keysOf(object)) {
    const value = object[key];
    const isModel = typeof value === 'function' && 'fromCrowd' in value;
    if (typeof value === 'function' && !isModel) found.set(path + key, value.bind(object));
    if (typeof value === 'object' && key !== 'settings')
      for (const [below, call] of callsOf(value, `${path}${key}.`)) found.set(below, call);
  }
  return found;
}

/** Its own and those of its classes, listed or not. */
function keysOf(object) {
  if (object === Object.prototype) return [];
  const own = Object.getOwnPropertyNames(object).filter((key) => key !== 'constructor');
  return [...own, ...keysOf(Object.getPrototypeOf(object))];
}
