export * from './mail-store.js';
export * from './packed-store.js';
export * from './run-store.js';
export * from './sql-access.js';
export * from './store.js';
export * from './tombstone-store.js';
export { type OpenStoreOptions, openStore } from './typeorm/open-store.js';
export * from './upkeep-store.js';
export * from './webhook-store.js';
