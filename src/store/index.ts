export * from './store.js';
export { type OpenStoreOptions, openStore } from './typeorm/open-store.js';
