import type { Attribute, GroupId, UserId } from '../domain/index.js';

/** Attributes of those who have any, by owner; of each in code-point order of the names. */
export interface AttributeReader {
  ofUsers(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, readonly Attribute[]>>;
  ofGroups(ids: readonly GroupId[]): Promise<ReadonlyMap<GroupId, readonly Attribute[]>>;
}

/** Writes of attributes within a transaction. They go with their user or group. */
export interface AttributeTransaction extends AttributeReader {
  /**
   * Puts the named attributes in the place of those of the same names; others stay. One without values
   * is deleted. What is so already is passed over and not recorded.
   * @throws GatehouseError `NOT_FOUND`, `INPUT_INVALID`.
   */
  setOfUser(id: UserId, attributes: readonly Attribute[]): Promise<void>;
  setOfGroup(id: GroupId, attributes: readonly Attribute[]): Promise<void>;
}
