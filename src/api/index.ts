export { type Api, type ApiOptions, createApi } from './create-api.js';
export type { Page, PageResponse } from './http-face.js';
export { printGatehouseSchema } from './schema.js';
