import {
  sameUserFacts,
  serversId,
  type User,
  type UserFacts,
  type UserId,
} from '../domain/index.js';
import type { RemotePicture } from './read-remote.js';
import { RowComparison, type RowDelta } from './row-comparison.js';
import type { SlotsById } from './slots-by-id.js';

/**
 * Who is who, told one held user after another. The same external id is the same person under any
 * name. Where one side knows no external id the name decides; two different external ids are two
 * people even under one name, so a name can be taken over (Crowd's `DbCachingRemoteChangeOperations`
 * matches likewise).
 */
export class UserMatching {
  readonly #remote: RemotePicture;
  readonly #rows: RowComparison<UserId, UserFacts, User>;
  /** Held users whom the server gave no external id, and the slot of their name. */
  readonly #undecided: { readonly user: User; readonly slot: number }[] = [];

  constructor(remote: RemotePicture) {
    this.#remote = remote;
    this.#rows = new RowComparison(remote.users, sameUserFacts);
  }

  see(user: User): void {
    const borne = user.externalId === null ? null : this.#remote.externalIds.find(user.externalId);
    if (borne !== null && this.#rows.isFree(borne)) this.#match(borne, user);
    else this.#seeByName(user);
  }

  /** The slots of those who stay, by id; all of them once the difference was asked for. */
  get slots(): Pick<SlotsById<UserId>, 'get'> {
    return this.#rows.slots;
  }

  /** To be called once all held users have been seen. */
  delta(): RowDelta<UserId, UserFacts, User> {
    for (const { user, slot } of this.#undecided.splice(0)) {
      if (this.#rows.isFree(slot)) this.#match(slot, user);
      else this.#rows.remove(user);
    }
    return this.#rows.delta();
  }

  #seeByName(user: User): void {
    const slot = this.#remote.userSlots.findKey(user.nameKey);
    if (slot === null) this.#rows.remove(user);
    // Whoever bears the external id may still come, and goes before whoever has only the name.
    else if (serversId(user) === null) this.#undecided.push({ user, slot });
    else if (this.#remote.users.at(slot).externalId === null) this.#match(slot, user);
    else this.#rows.remove(user);
  }

  #match(slot: number, user: User): void {
    const facts = this.#remote.users.at(slot);
    // The store gives a user without an external id one of its own; it stays as long as the server
    // has nothing to say about it.
    const externalId = facts.externalId ?? user.externalId;
    this.#rows.match(slot, user, { ...facts, externalId });
  }
}
