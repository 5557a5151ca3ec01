export * from './connector.js';
export { connectCrowd } from './crowd/connect-crowd.js';
