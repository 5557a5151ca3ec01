export * from './connector.js';
export { connectCrowd, openCrowd } from './crowd/connect-crowd.js';
export { reuseRemoteDirectories } from './reuse-remote-directories.js';
