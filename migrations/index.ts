import { CreateGatewayState1795000000001 } from './1795000000001-create-gateway-state.js';
import { CreateDirectories1795000000002 } from './1795000000002-create-directories.js';
import { CreateIndexSnapshot1795000000003 } from './1795000000003-create-index-snapshot.js';
import { CreateJobs1795000000004 } from './1795000000004-create-jobs.js';
import { LeaseOfRuns1795000000005 } from './1795000000005-lease-of-runs.js';
import { CreateUpkeep1795000000007 } from './1795000000007-create-upkeep.js';
import { CreateTombstones1795000000008 } from './1795000000008-create-tombstones.js';
import { IndexOfKeptRows1795000000009 } from './1795000000009-index-of-kept-rows.js';
import { ViewsOfApplications1795000000010 } from './1795000000010-views-of-applications.js';
import { CreateUserSessions1795000000011 } from './1795000000011-create-user-sessions.js';
import { CreateAttributes1795000000012 } from './1795000000012-create-attributes.js';
import { CreateOutgoing1795000000013 } from './1795000000013-create-outgoing.js';
import { CreateApplicationUse1795000000014 } from './1795000000014-create-application-use.js';

/** Every change of the tables, oldest first. What is in a release is never edited again. */
export const migrations = [
  CreateGatewayState1795000000001,
  CreateDirectories1795000000002,
  CreateIndexSnapshot1795000000003,
  CreateJobs1795000000004,
  LeaseOfRuns1795000000005,
  CreateUpkeep1795000000007,
  CreateTombstones1795000000008,
  IndexOfKeptRows1795000000009,
  ViewsOfApplications1795000000010,
  CreateUserSessions1795000000011,
  CreateAttributes1795000000012,
  CreateOutgoing1795000000013,
  CreateApplicationUse1795000000014,
];
