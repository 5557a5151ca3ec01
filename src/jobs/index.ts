export { dueDirectories } from './due-directories.js';
export { type Schedule, synchroniseWhenDue } from './synchronise-when-due.js';
