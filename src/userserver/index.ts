export { createUserServer, type UserServer, type UserServerOptions } from './user-server.js';
