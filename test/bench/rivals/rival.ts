/** Another engine with the same facts. Users are numbers of the data set, permissions are bits. */
export interface Rival {
  readonly name: string;
  check(user: number, bit: number): boolean | Promise<boolean>;
  /** Names, in any order. */
  groupsOf(user: number): Promise<string[]>;
  /** Names of users, in any order; absent where this takes minutes. */
  holders?(bit: number): Promise<string[]>;
  close(): Promise<void>;
}
