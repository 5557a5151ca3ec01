import { CreateGatewayState1795000000001 } from './1795000000001-create-gateway-state.js';
import { CreateDirectories1795000000002 } from './1795000000002-create-directories.js';
import { CreateIndexSnapshot1795000000003 } from './1795000000003-create-index-snapshot.js';

/** Every change of the tables, oldest first. What is in a release is never edited again. */
export const migrations = [
  CreateGatewayState1795000000001,
  CreateDirectories1795000000002,
  CreateIndexSnapshot1795000000003,
];
