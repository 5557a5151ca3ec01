import {
  asId,
  type Change,
  type Grant,
  type NameKey,
  nameKey,
  type SetAsideGrant,
  type TombstoneId,
} from '../domain/index.js';

/** What becomes of grants to users when the names of a directory change hands. */
export interface Settlement {
  readonly removed: readonly Grant[];
  readonly added: readonly Pick<Grant, 'permission' | 'subjectName'>[];
  readonly setAside: readonly Reserved[];
  /** Tombstones of users who are back, and those that were due when somebody else came. */
  readonly forgotten: readonly TombstoneId[];
}

/** A grant that must not go on to whoever comes to bear its name. */
export interface Reserved extends Pick<SetAsideGrant, 'previousExternalId' | 'newExternalId'> {
  readonly grant: Grant;
}

export const NOTHING_TO_SETTLE: Settlement = {
  removed: [],
  added: [],
  setAside: [],
  forgotten: [],
};

/** A settlement in the making. What is disposed of first is not disposed of again. */
export class SettlementDraft {
  readonly #grants: ReadonlyMap<NameKey, readonly Grant[]>;
  readonly #removed = new Set<Grant>();
  readonly #setAside = new Map<Grant, Reserved>();
  readonly #moved: Settlement['added'][number][] = [];

  /** @param grants all those to users, by the key of the name. */
  constructor(grants: ReadonlyMap<NameKey, readonly Grant[]>) {
    this.#grants = grants;
  }

  /** Nobody is there or awaited to whom they were given. */
  lapse(key: NameKey): void {
    for (const grant of this.#open(key)) this.#removed.add(grant);
  }

  move(key: NameKey, subjectName: string): void {
    for (const grant of this.#open(key)) {
      this.#removed.add(grant);
      this.#moved.push({ permission: grant.permission, subjectName });
    }
  }

  reserve(key: NameKey, previousExternalId: string, newExternalId: string | null): void {
    for (const grant of this.#open(key)) {
      this.#setAside.set(grant, { grant, previousExternalId, newExternalId });
    }
  }

  settlement(forgotten: readonly TombstoneId[]): Settlement {
    const added = new Map(this.#moved.map((grant) => [place(grant), grant]));
    for (const { subjectName } of this.#moved) {
      for (const held of this.#open(nameKey(subjectName))) added.delete(place(held));
    }
    return {
      removed: [...this.#removed],
      added: [...added.values()],
      setAside: [...this.#setAside.values()],
      forgotten: [...new Set(forgotten)],
    };
  }

  #open(key: NameKey): Grant[] {
    const held = this.#grants.get(key) ?? [];
    return held.filter((grant) => !this.#removed.has(grant) && !this.#setAside.has(grant));
  }
}

/** The settlement as the log would tell it. Grants that are new have ids below zero. */
export function changesOfGrants({ removed, added, setAside }: Settlement): Change[] {
  const taken = [...removed, ...setAside.map(({ grant }) => grant)];
  return [
    ...taken.map((grant): Change => ({ kind: 'GrantRemoved', grant })),
    ...added.map(({ permission, subjectName }, i): Change => {
      const subject = {
        subjectType: 'USER',
        subjectName,
        subjectKey: nameKey(subjectName),
      } as const;
      return { kind: 'GrantAdded', grant: { id: asId(-1 - i), permission, ...subject } };
    }),
  ];
}

function place({ permission, subjectName }: Pick<Grant, 'permission' | 'subjectName'>): string {
  return `${permission} ${nameKey(subjectName)}`;
}
