import { compileScheme } from '../../../src/domain/index.js';
import { BITBUCKET_SCHEME } from '../../support/scenario-scheme.js';

/** What is granted in every data set. */
export const SCHEME = BITBUCKET_SCHEME;
export const COMPILED = compileScheme(SCHEME);
/** In the order of their bits. */
export const PERMISSIONS = SCHEME.permissions.map(({ key }) => key);
