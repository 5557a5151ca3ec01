import type { DirectoryId, NameKey } from '../domain/index.js';

/** A user or a group as a change tells of it. */
interface Bearer<Id> {
  readonly id: Id;
  readonly directoryId: DirectoryId;
  readonly name: string;
  readonly nameKey: NameKey;
}

/** What became of a name in one directory. */
export interface Touch<Id> {
  readonly added: Set<Id>;
  removed: boolean;
  /** How often the name was taken up and given up by a rename, which keeps memberships. */
  renamedTo: number;
  renamedFrom: number;
  /** Whoever bears it was changed in other ways. */
  changed: boolean;
  /** After some revision, or before all of them, nobody in this directory bore it. */
  wasFree: boolean;
}

export interface TouchedName<Id> {
  /** As it was spelled last. */
  spelling: string;
  readonly touches: Map<DirectoryId, Touch<Id>>;
  /** All that bore it at some time, with their directories. */
  readonly bearers: Map<Id, DirectoryId>;
}

/** The names of users, or of groups, that a stretch of the log is about. */
export class TouchedNames<Id> {
  readonly byKey = new Map<NameKey, TouchedName<Id>>();
  /** Those who had more than one name. */
  readonly renamed = new Set<Id>();
  /** How many more bear a name after the present revision than before it. */
  private readonly balance = new Map<Touch<Id>, number>();

  add(bearer: Bearer<Id>): void {
    const touch = this.touch(bearer, 1);
    touch.added.add(bearer.id);
  }

  remove(bearer: Bearer<Id>): void {
    this.touch(bearer, -1).removed = true;
  }

  change(before: Bearer<Id>, after: Bearer<Id>): void {
    if (before.nameKey === after.nameKey) {
      this.touch(after, 0).changed = true;
      return;
    }
    this.renamed.add(after.id);
    this.touch(before, -1).renamedFrom++;
    this.touch(after, 1).renamedTo++;
  }

  /** Within a revision names change hands without ever being free. */
  endRevision(): void {
    for (const [touch, more] of this.balance) touch.wasFree ||= more !== 0;
    this.balance.clear();
  }

  private touch({ id, directoryId, name, nameKey }: Bearer<Id>, more: number): Touch<Id> {
    const touched = this.byKey.get(nameKey) ?? {
      spelling: name,
      touches: new Map<DirectoryId, Touch<Id>>(),
      bearers: new Map<Id, DirectoryId>(),
    };
    this.byKey.set(nameKey, touched);
    touched.spelling = name;
    touched.bearers.set(id, directoryId);
    const touch = touched.touches.get(directoryId) ?? {
      added: new Set<Id>(),
      removed: false,
      renamedTo: 0,
      renamedFrom: 0,
      changed: false,
      wasFree: false,
    };
    touched.touches.set(directoryId, touch);
    this.balance.set(touch, (this.balance.get(touch) ?? 0) + more);
    return touch;
  }
}

/** Whether somebody took the name up or gave it up by a rename, in any directory. */
export function isRenamed<Id>({ touches }: TouchedName<Id>): boolean {
  return [...touches.values()].some(({ renamedTo, renamedFrom }) => renamedTo + renamedFrom > 0);
}
