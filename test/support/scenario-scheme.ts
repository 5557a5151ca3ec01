import type { PermissionScheme } from '../../src/domain/index.js';

/** Bitbucket's four global permissions, each including those before it. */
export const BITBUCKET_SCHEME: PermissionScheme = {
  key: 'bitbucket',
  title: 'Bitbucket',
  permissions: [
    { key: 'LICENSED_USER', title: 'Bitbucket User', description: 'signs in', implies: [] },
    {
      key: 'PROJECT_CREATE',
      title: 'Project Creator',
      description: 'creates projects',
      implies: ['LICENSED_USER'],
    },
    {
      key: 'ADMIN',
      title: 'Admin',
      description: 'manages users and groups',
      implies: ['PROJECT_CREATE'],
    },
    {
      key: 'SYS_ADMIN',
      title: 'System Admin',
      description: 'configures the system',
      implies: ['ADMIN'],
    },
  ],
  seat: 'LICENSED_USER',
  administration: 'ADMIN',
  systemAdministration: 'SYS_ADMIN',
};
