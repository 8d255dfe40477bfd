/** The floors of the house: a folder imports only from folders further up in this list. */
const FLOORS = [
  'errors\\.ts|log\\.ts|named-point\\.ts|program\\.ts|binary/',
  'scsi/|cd/|iso9660/|udf/|partitions/|video/|os/',
  'transport/|image/',
  'virtual/|drive/',
  'burn/',
  'jobs/|worker/',
  'fleet/',
  'api/|dashboard/|cli/',
];

/** Folders on one floor that may know each other's parts; all other neighbours are strangers. */
const ROOMS = FLOORS.map((floor) => floor.split('|'));

const upward = FLOORS.slice(0, -1).map((floor, index) => ({
  name: `floor-${index}-imports-downwards-only`,
  severity: 'error',
  from: { path: `^src/(${floor})` },
  to: { path: `^src/(${FLOORS.slice(index + 1).join('|')}|config\\.ts|daemon\\.ts|main\\.ts)` },
}));

const neighbours = ROOMS.slice(1).flatMap((rooms, index) =>
  rooms.map((room) => ({
    name: `floor-${index + 1}-${room.replace(/\W/g, '')}-knows-no-neighbour`,
    severity: 'error',
    from: { path: `^src/${room}` },
    to: { path: `^src/(${rooms.filter((other) => other !== room).join('|') || 'no-neighbours/'})` },
  })),
);

module.exports = {
  forbidden: [
    ...upward,
    ...neighbours,
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'formats-are-pure',
      comment: 'binary, scsi, cd, iso9660, udf, partitions and video do no I/O and use no npm package',
      severity: 'error',
      from: { path: '^src/(binary|scsi|cd|iso9660|udf|partitions|video)/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'the-daemon-never-opens-a-drive',
      severity: 'error',
      from: { path: '^src/(daemon|main)\\.ts$' },
      to: { path: '^src/transport/sg\\.ts$', reachable: true },
    },
    {
      name: 'a-worker-serves-no-http-and-opens-no-database',
      severity: 'error',
      from: { path: '^src/worker/' },
      to: { path: '(node_modules/fastify/|^src/jobs/store/sqlite\\.ts$)', reachable: true },
    },
    {
      name: 'one-place-knows-which-sqlite-this-node-can-run',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/jobs/store/sqlite\\.ts$' },
      to: { path: 'node_modules/better-sqlite3', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
