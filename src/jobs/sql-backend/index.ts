export type { JobDatabase, JobSession } from './job-database.js';
export { SqlBackend } from './sql-backend.js';
