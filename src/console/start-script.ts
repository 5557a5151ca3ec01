/**
 * Starts GraphiQL. A file of its own, so that the page needs no inline script. The address is made of
 * the origin, because an address with a name and a password in it cannot be fetched.
 */
export const START_SCRIPT = `'use strict';
(() => {
  const url = location.origin + location.pathname;
  const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, 'ws') });
  const defaultQuery = [
    '# Everything you may do, and why. Ctrl-Enter runs a query.',
    '{',
    '  viewer {',
    '    name',
    '    permissions',
    '    user {',
    '      displayName',
    '      directory { name staleSince }',
    '      effectivePermissions {',
    '        permissions { permission derivations { message } }',
    '      }',
    '    }',
    '  }',
    '}',
    '',
  ].join('\\n');
  ReactDOM.createRoot(document.getElementById('console')).render(
    React.createElement(GraphiQL, { fetcher, defaultQuery, shouldPersistHeaders: false }),
  );
})();
`;
