export { type RunningJobs, startJobs } from './directory-turns.js';
export { dueAt } from './due-at.js';
