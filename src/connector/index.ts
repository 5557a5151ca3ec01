export * from './connector.js';
export { connectCrowd, openCrowd } from './crowd/connect-crowd.js';
export {
  createEndpointPost,
  type EndpointCall,
  type PostToEndpoint,
} from './endpoint/post-to-endpoint.js';
export { reuseRemoteDirectories } from './reuse-remote-directories.js';
