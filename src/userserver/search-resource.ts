import { findGroups, findUsers, type Restriction } from '../usecase/index.js';
import type { Document } from './documents.js';
import { badInput } from './errors.js';
import type { Exchange, Handler } from './exchange.js';
import { readRestrictionDocument } from './restriction-document.js';
import { readRestrictionText } from './restriction-text.js';

export const searchByText: Handler = (exchange) =>
  search(exchange, readRestrictionText(exchange.query.first('restriction') ?? ''));

/** Also what Atlassian's products send for "Test connection". */
export const searchByDocument: Handler = async (exchange) =>
  search(exchange, readRestrictionDocument(await exchange.readBody()));

function search({ gateway, caller, query }: Exchange, restriction: Restriction): Document {
  switch (query.required('entity-type').toLowerCase()) {
    case 'user': {
      return { kind: 'users', users: findUsers(gateway, caller, restriction, query.list('user')) };
    }
    case 'group': {
      const groups = findGroups(gateway, caller, restriction, query.list('group'));
      return { kind: 'groups', groups };
    }
    default:
      throw badInput('entity-type', 'must be user or group');
  }
}
