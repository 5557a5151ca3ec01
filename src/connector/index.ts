export * from './connector.js';
export { connectCrowd } from './crowd/connect-crowd.js';
export { reuseRemoteDirectories } from './reuse-remote-directories.js';
