export type { JobDatabase, JobSession } from './job-database.js';
export { removeFinished } from './remove-finished.js';
export { SqlBackend } from './sql-backend.js';
