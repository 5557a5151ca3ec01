/**
 * One of the npm clients in a process of its own: they patch what is global. Says first what it offers,
 * then answers each line `{call, args}` with `{value}` or `{error}`.
 */
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const [, , client, base, name, password] = process.argv;

const { calls, make } = client === 'atlassian-crowd-client' ? promising() : calling();
tell({ value: [...calls.keys()].sort() });
for await (const line of createInterface({ input: process.stdin })) {
  const { call, args } = JSON.parse(line);
  try {
    tell({ value: (await calls.get(call)(...args.map(make))) ?? null });
  } catch (error) {
    tell({ error: error.type ?? String(error) });
  }
}

function tell(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

/** Its calls give promises. */
function promising() {
  const CrowdClient = require('atlassian-crowd-client');
  const models = {
    User: require('atlassian-crowd-client/lib/models/user'),
    Group: require('atlassian-crowd-client/lib/models/group'),
    Attributes: require('atlassian-crowd-client/lib/models/attributes'),
    ValidationFactors: require('atlassian-crowd-client/lib/models/validation-factors'),
  };
  const crowd = new CrowdClient({ baseUrl: base, application: { name, password } });
  const { user, group, authentication, search, session, config } = crowd;
  return {
    calls: callsOf({ user, group, authentication, search, session, config }, (call) => call),
    make: (value) => (value?.model ? new models[value.model](...value.of) : value),
  };
}

/** Its calls take a callback. */
function calling() {
  const AtlassianCrowd = require('atlassian-crowd-patched');
  const crowd = new AtlassianCrowd({
    crowd: { base: `${base}/` },
    application: { name, password },
  });
  const { user, groups, session } = crowd;
  const own = { search: crowd.search.bind(crowd), ping: crowd.ping.bind(crowd) };
  const promised =
    (call) =>
    (...args) =>
      new Promise((resolve, reject) => {
        call(...args, (error, value) => (error ? reject(error) : resolve(value)));
      });
  return {
    calls: callsOf({ ...own, user, groups, session }, promised, true),
    make: (value) => value,
  };
}

/** All functions in an object and the objects in it, by path. */
function callsOf(object, wrap, bound = false, path = '') {
  const found = new Map();
  for (const [key, value] of Object.entries(object)) {
    if (typeof value === 'function') {
      found.set(path + key, wrap(bound ? value.bind(object) : value));
    } else {
      for (const entry of callsOf(value, wrap, bound, `${path}${key}.`)) found.set(...entry);
    }
  }
  return found;
}
