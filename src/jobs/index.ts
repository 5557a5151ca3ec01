export { dueAt } from './due-at.js';
export { type RunningJobs, startJobs } from './start-jobs.js';
