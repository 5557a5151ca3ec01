/**
 * The rooms of src/ in order: an import goes only from a later line to an earlier one, through the
 * room's index.ts. The doorstep (main, config, wiring, server) may import everything.
 */
const ROOMS = [
  { room: 'domain', packages: [] },
  { room: 'engine', packages: [] },
  { room: 'pace', packages: [] },
  { room: 'store', packages: ['typeorm', 'libsql', 'mysql2'] },
  { room: 'connector', packages: ['undici', 'saxes', 'cockatiel'] },
  { room: 'sync', packages: [] },
  { room: 'usecase', packages: ['ipaddr.js'] },
  { room: 'jobs', packages: ['agenda'] },
  { room: 'metrics', packages: ['prom-client'] },
  {
    room: 'api',
    packages: [
      '@apollo/server',
      'dataloader',
      'graphql',
      'graphql-ws',
      'reflect-metadata',
      'type-graphql',
      'ws',
    ],
  },
  { room: 'userserver', packages: ['saxes'] },
  { room: 'cli', packages: ['commander', 'graphql-ws', 'undici', 'ws'] },
];

/** Rooms that the design keeps apart although the order of the table would allow the import. */
const APART = [
  { from: 'store', to: ['engine'] },
  { from: 'connector', to: ['engine', 'store'] },
  { from: 'sync', to: ['engine'] },
  { from: 'metrics', to: ['connector', 'jobs', 'store', 'sync'] },
  { from: 'api', to: ['connector', 'jobs', 'metrics'] },
  { from: 'userserver', to: ['api', 'connector', 'jobs', 'metrics', 'store', 'sync'] },
];

const names = ROOMS.map(({ room }) => room);
const oneOf = (rooms) => `^src/(${rooms.join('|')})/`;

const direction = names.flatMap((room, i) => {
  const later = names.slice(i + 1);
  return later.length === 0
    ? []
    : [
        {
          name: `${room}-imports-earlier-rooms-only`,
          severity: 'error',
          from: { path: `^src/${room}/` },
          to: { path: oneOf(later) },
        },
      ];
});

const apart = APART.map(({ from, to }) => ({
  name: `${from}-stays-apart-from-${to.join('-')}`,
  severity: 'error',
  from: { path: `^src/${from}/` },
  to: { path: oneOf(to) },
}));

const faces = names.map((room) => ({
  name: `${room}-is-entered-through-its-face`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/${room}/` },
  to: { path: `^src/${room}/`, pathNot: `^src/${room}/index\\.ts$` },
}));

const packages = ROOMS.map(({ room, packages: allowed }) => ({
  name: `${room}-uses-its-own-frameworks-only`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
    ...(allowed.length > 0
      ? { pathNot: `node_modules/(${allowed.join('|').replaceAll('.', '\\.')})(/|$)` }
      : {}),
  },
}));

export default {
  forbidden: [
    ...direction,
    ...apart,
    ...faces,
    ...packages,
    {
      name: 'console-imports-no-room',
      severity: 'error',
      from: { path: '^src/console/' },
      to: { path: '^src/', pathNot: '^src/console/' },
    },
    {
      name: 'no-room-imports-the-console',
      severity: 'error',
      from: { path: oneOf(names) },
      to: { path: '^src/console/' },
    },
    {
      name: 'nobody-imports-the-doorstep',
      severity: 'error',
      from: { path: '^src/[^/]+/' },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'engine-and-domain-touch-no-machine',
      severity: 'error',
      from: { path: '^src/(domain|engine)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'migrations-are-for-the-store',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/store/typeorm/' },
      to: { path: '^migrations/' },
    },
    {
      // Such as the Crowd clients of others: they are there to be tested against.
      name: 'development-dependencies-are-for-tests',
      severity: 'error',
      from: { path: '^(src|migrations)/|^ormconfig' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unresolved-import',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
    moduleSystems: ['es6', 'cjs'],
  },
};
