export * from './answers.js';
export type { Effect, RightsMoved } from './effect.js';
export type { Reloaded } from './index-state.js';
export { PermissionIndex, type UserFilter } from './permission-index.js';
