import type { Change, Group, GroupId, LoggedChange, User, UserId } from '../domain/index.js';
import type { ApplicationSecret, StoreReader } from '../store/index.js';
import type { LiveIndex } from './live-index.js';
import { Remembered } from './remembered.js';

/** Far more applications than there are; one has a thousand addresses at most. */
const MOST_APPLICATIONS = 1_000;
/** Users, and as many groups, each of less than a kilobyte. */
const MOST_ENTRIES = 20_000;
/**
 * How long the log may not have been read before rows are read again instead. It is followed every
 * quarter of a second, so this is passed only where the database does not answer or nobody follows.
 */
const MOST_UNHEARD_MS = 1_000;

type RowReader = Pick<StoreReader, 'applicationByName' | 'usersByIds' | 'groupsByIds'>;
type Log = Pick<LiveIndex, 'listen' | 'unheardMs'>;

/** At once where it is remembered; `null`: there is no such row. */
type Remembering<Row> = Row | Promise<Row | null>;

/**
 * Rows that each request of an application needs. What is remembered is as old as the live index and
 * no older: the log tells of each change to it, in this process at the commit and in others as soon
 * as they learn of it, and whoever learns of it drops the row. A row is read again, too, once the log
 * has not been read for a second, so that an application that was switched off elsewhere does not
 * stay let in while this process hears nothing.
 */
export class RowMemory {
  private readonly reader: RowReader;
  private readonly live: Log;
  private readonly applications = new Remembered<string, ApplicationSecret>(MOST_APPLICATIONS);
  private readonly users = new Remembered<UserId, User>(MOST_ENTRIES);
  private readonly groups = new Remembered<GroupId, Group>(MOST_ENTRIES);

  constructor(reader: RowReader, live: Log) {
    this.reader = reader;
    this.live = live;
    live.listen((changes, heard) => this.learn(changes, heard));
  }

  /** By exact name, with the hash of its password. */
  application(name: string): Remembering<ApplicationSecret> {
    return this.row(this.applications, name, () => this.reader.applicationByName(name));
  }

  /** For what is written without a word in the log: that the next one is read again. */
  forgetApplication(name: string): void {
    this.applications.drop(name);
  }

  user(id: UserId): Remembering<User> {
    return this.row(this.users, id, async () => (await this.reader.usersByIds([id]))[0] ?? null);
  }

  group(id: GroupId): Remembering<Group> {
    return this.row(this.groups, id, async () => (await this.reader.groupsByIds([id]))[0] ?? null);
  }

  private row<Key, Row>(
    rows: Remembered<Key, Row>,
    key: Key,
    reading: () => Promise<Row | null>,
  ): Remembering<Row> {
    const row = this.live.unheardMs() > MOST_UNHEARD_MS ? undefined : rows.get(key);
    return row ?? rows.read(key, reading);
  }

  private learn(changes: readonly LoggedChange[], heard: 'ALL' | 'NOT_ALL'): void {
    if (heard === 'NOT_ALL') {
      this.applications.dropAll();
      this.dropEntries();
    }
    for (const { change } of changes) this.drop(change);
  }

  private drop(change: Change): void {
    switch (change.kind) {
      case 'ApplicationAdded':
      case 'ApplicationChanged':
      case 'ApplicationRemoved':
        this.applications.dropAll();
        break;
      case 'UserChanged':
        this.users.drop(change.before.id);
        break;
      case 'UserAdded':
      case 'UserRemoved':
        this.users.drop(change.user.id);
        break;
      case 'GroupChanged':
        this.groups.drop(change.before.id);
        break;
      case 'GroupAdded':
      case 'GroupRemoved':
        this.groups.drop(change.group.id);
        break;
      case 'DirectoryReloaded':
      case 'DirectoryRemoved':
        this.dropEntries();
        break;
    }
  }

  private dropEntries(): void {
    this.users.dropAll();
    this.groups.dropAll();
  }
}
