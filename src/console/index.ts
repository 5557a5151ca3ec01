export { type ConsoleRequest, type ConsoleResponse, consolePage } from './console-page.js';
