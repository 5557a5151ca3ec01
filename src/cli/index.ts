export { EXAMPLES } from './demo/queries.js';
export { type DemoOptions, runDemo } from './demo/run-demo.js';
export { type Commands, createProgram } from './program.js';
