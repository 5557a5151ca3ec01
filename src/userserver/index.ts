export {
  createUserServer,
  type UserServer,
  type UserServerOptions,
  versionHeader,
} from './user-server.js';
