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
  /** Somebody took the name up or gave it up and kept everything else, memberships included. */
  renamed: boolean;
  /** Whoever bears it was changed in other ways. */
  changed: boolean;
}

/** What became of a name, by directory. */
export interface TouchedName<Id> {
  /** As it was spelled last. */
  spelling: string;
  readonly touches: Map<DirectoryId, Touch<Id>>;
  /** All that bore it at some time. */
  readonly bearers: Set<Id>;
}

/** The names of users, or of groups, that a stretch of the log is about. */
export class TouchedNames<Id> {
  readonly byKey = new Map<NameKey, TouchedName<Id>>();
  /** Those who had more than one name. */
  readonly renamed = new Set<Id>();

  add(bearer: Bearer<Id>): void {
    this.touch(bearer).added.add(bearer.id);
  }

  remove(bearer: Bearer<Id>): void {
    this.touch(bearer).removed = true;
  }

  change(before: Bearer<Id>, after: Bearer<Id>): void {
    if (before.nameKey === after.nameKey) {
      this.touch(after).changed = true;
      return;
    }
    this.renamed.add(after.id);
    for (const bearer of [before, after]) this.touch(bearer).renamed = true;
  }

  private touch({ id, directoryId, name, nameKey }: Bearer<Id>): Touch<Id> {
    const touched = this.byKey.get(nameKey) ?? {
      spelling: name,
      touches: new Map<DirectoryId, Touch<Id>>(),
      bearers: new Set<Id>(),
    };
    this.byKey.set(nameKey, touched);
    touched.spelling = name;
    touched.bearers.add(id);
    const touch = touched.touches.get(directoryId) ?? {
      added: new Set<Id>(),
      removed: false,
      renamed: false,
      changed: false,
    };
    touched.touches.set(directoryId, touch);
    return touch;
  }
}
