export { pace } from './pace.js';
