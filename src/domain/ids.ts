declare const idOf: unique symbol;

/** A number that names one kind of thing; two kinds never mix without a cast that says so. */
type Id<Kind extends string> = number & { readonly [idOf]: Kind };

export type DirectoryId = Id<'Directory'>;
/** One user *in one directory*. The same name in two directories is two users. */
export type UserId = Id<'User'>;
/** One group *in one directory*. */
export type GroupId = Id<'Group'>;
export type GrantId = Id<'Grant'>;
export type ApplicationId = Id<'Application'>;
export type RunId = Id<'Run'>;
export type WebhookId = Id<'Webhook'>;
export type MailId = Id<'Mail'>;
export type TombstoneId = Id<'Tombstone'>;
export type SetAsideGrantId = Id<'SetAsideGrant'>;
/** One complete set of rows of a directory. A bulk load writes a new one and then switches to it. */
export type GenerationId = Id<'Generation'>;
/** Position in the change log; the first change has revision 1, an empty log is at revision 0. */
export type Revision = Id<'Revision'>;

/** Brands a number that the store or the wire gave us as an id of the kind asked for. */
export function asId<T extends Id<string>>(value: number): T {
  return value as T;
}
