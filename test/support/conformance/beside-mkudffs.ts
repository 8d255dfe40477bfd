import {
  BESIDE_BOTH,
  COUNTED,
  CREATION,
  type Difference,
  type MadeByBoth,
  placeIn,
} from './udf-differences.js';

const from =
  (revision: string) =>
  (made: MadeByBoth): boolean =>
    made.revision >= revision;

const BEFORE_200: Difference['where'] = ['before 2.00', ({ revision }) => revision < '2.00'];
const READ_ONLY: Difference['where'] = ['read-only', ({ access }) => access === 'read-only'];
const WRITE_ONCE: Difference['where'] = ['write-once', ({ access }) => access === 'write-once'];
const ADDRESSED: Difference['where'] = ['not write-once', ({ access }) => access !== 'write-once'];
const SPARABLE: Difference['where'] = ['sparable', ({ sparing }) => sparing === true];
const SPARABLE_150: Difference['where'] = [
  'sparable, 1.50',
  ({ sparing, revision }) => sparing === true && revision === '1.50',
];
const SPARABLE_FROM_200: Difference['where'] = [
  'sparable, 2.00 and 2.01',
  (made) => made.sparing === true && from('2.00')(made),
];
const IN_PLACE: Difference['where'] = [
  'rewritable, overwritable',
  ({ access }) => access === 'rewritable' || access === 'overwritable',
];
const STREAMS: Difference['where'] = [
  'not write-once, 2.00 and 2.01',
  (made) => made.access !== 'write-once' && from('2.00')(made),
];
const DVD_PACKETS: Difference['where'] = [
  'dvdrw, 2.01',
  ({ media, revision }) => media === 'dvdrw' && revision === '2.01',
];

const NON_ALLOCATABLE =
  'theirs lists here which blocks nobody may allocate, without any: spare packets of both lie outside of the partition (2.00 2.2.11)';
const SPARES = 'theirs has more spare packets; the table says how many (2.00 2.2.11)';
const ROOM = 'see the entries of the virtual table';
const OWN_BLOCKS =
  'ours has the table in a block before its entry, as it may lie anywhere (2.50 2.2.11): where attributes stand before it, Linux 6.1 takes them for the table, and does not mount theirs';
const SYSTEM_STREAMS =
  'theirs has a directory of streams of the system, for which 4/14.1 has a field; that there need not be one is `unverified`';

/** mkudffs 2.3, for the media that it knows. */
export const BESIDE_MKUDFFS: readonly Difference[] = [
  ...BESIDE_BOTH,
  {
    fields: 'partition descriptor of the *: start',
    why: `${placeIn('3/10.5')}; ours begins with an ECC block of any medium`,
    where: ['not bdr', ({ media }) => media !== 'bdr'],
  },
  { fields: 'tags: serial numbers', why: 'theirs is 1; 0 says that there is none (3/7.2.5)' },
  {
    fields: 'primary volume descriptor of the *: interchange levels',
    why: 'theirs may later be one of several volumes (2.2.2.2)',
  },
  {
    fields: 'unallocated space descriptor of the *: *',
    why: 'theirs lists what is free between the structures outside of the partition, ours leaves it (3/10.8)',
  },
  {
    fields: 'logical volume descriptor of the *: file set',
    why: `${placeIn('4/3.1')}; virtual block 0 of both where there is a virtual table`,
    where: ADDRESSED,
  },
  {
    fields: 'logical volume descriptor of the *: length of the integrity sequence',
    why: 'ours has 8 KiB, theirs a block, or one packet of what is sparable (2.2.4.6)',
    where: ['not hd, dvdram', ({ media }) => media !== 'hd' && media !== 'dvdram'],
  },
  { fields: 'logical volume descriptor of the *: place of the integrity sequence', why: placeIn('3/10.6') },
  {
    fields: 'integrity descriptor: a terminating descriptor follows',
    why: 'theirs has one block, which is full; that none need follow there is `unverified`',
    where: ['read-only, write-once', ({ access }) => access === 'read-only' || access === 'write-once'],
  },
  {
    fields: 'partition descriptor of the *: unallocated bitmap',
    why: `${placeIn('4/14.3')}; theirs has one where nothing can be written, too`,
    where: ['read-only, overwritable', ({ access }) => access === 'read-only' || access === 'overwritable'],
  },
  {
    fields: 'partition descriptor of the *: freed bitmap',
    why: placeIn('4/14.3'),
    where: ['rewritable', ({ access }) => access === 'rewritable'],
  },
  { fields: 'space bitmap: is there', why: 'see its place', where: READ_ONLY },
  {
    fields: 'space bitmap: bytes behind them are in its extent',
    why: 'theirs ends with a block, ours with the bitmap; its own count says how many are meant (4/14.12)',
    where: IN_PLACE,
  },
  { fields: 'file set descriptor: copyright', why: 'theirs names a file that is not there (4/14.1)' },
  { fields: 'file set descriptor: abstract', why: 'theirs names a file that is not there (4/14.1)' },
  {
    fields: 'file set descriptor: root',
    why: `${placeIn('4/14.1')}: theirs follows the file set, or the system streams, ours what ends the file set`,
    where: [
      'write-once, sparable, or from 2.00 on',
      (made) => made.access === 'write-once' || made.sparing === true || from('2.00')(made),
    ],
  },
  {
    fields: 'parent in /: place of the ICB',
    why: 'see the root',
    where: [
      'write-once, sparable, or from 2.00 on',
      (made) => made.access === 'write-once' || made.sparing === true || from('2.00')(made),
    ],
  },
  {
    fields: 'end of the file sets: is there',
    why: 'theirs ends with its extent, of one block, as the schema of 4/8.3.1 allows it',
  },
  { fields: 'file set descriptor: system streams', why: SYSTEM_STREAMS, where: STREAMS },
  { fields: 'entry of system streams: is there', why: SYSTEM_STREAMS, where: STREAMS },
  { fields: 'parent in system streams: is there', why: SYSTEM_STREAMS, where: STREAMS },
  {
    fields: '* of system streams*UDF Non-Allocatable Space: is there',
    why: NON_ALLOCATABLE,
    where: SPARABLE_FROM_200,
  },
  { fields: '* of /Non-Allocatable Space: is there', why: NON_ALLOCATABLE, where: SPARABLE_150 },
  { fields: 'entry of /: information length', why: NON_ALLOCATABLE, where: SPARABLE_150 },
  { fields: 'entry of /: length of allocation descriptors', why: NON_ALLOCATABLE, where: SPARABLE_150 },
  {
    fields: 'implementation use of the integrity descriptor: files',
    why: NON_ALLOCATABLE,
    where: SPARABLE_150,
  },
  { fields: 'integrity descriptor: next unique id', why: NON_ALLOCATABLE, where: SPARABLE_150 },
  {
    fields: 'entry of /: permissions',
    why: 'in ours whoever may write may delete, too (4/14.9.5)',
  },
  { fields: 'entry of /: length of attributes', why: CREATION, where: BEFORE_200 },
  { fields: 'entry of /: attributes', why: CREATION, where: BEFORE_200 },
  { fields: 'entry of /: length of the CRC', why: COUNTED, where: BEFORE_200 },
  {
    fields: 'integrity descriptor: free blocks of partition 0',
    why: 'a number for what is not virtual (2.00 2.2.6.2), and nothing is free where nothing can be written: all of what is read only, all before the virtual table',
    where: ['read-only, write-once', ({ access }) => access === 'read-only' || access === 'write-once'],
  },
  {
    fields: 'implementation use of the integrity descriptor: revisions to read and write',
    why: 'ours lets those read it, or write to it, that know all it has: UDF 1.02 where 1.50 is no more, 2.50 where 2.60 is (2.2.6.4)',
    where: [
      '1.50 without special partitions; 2.60',
      ({ revision, access, sparing }) =>
        revision === '2.60' || (revision === '1.50' && access !== 'write-once' && sparing !== true),
    ],
  },
  {
    fields: 'virtual table: revisions to read and write',
    why: 'see those of the integrity descriptor',
    where: ['2.60', from('2.60')],
  },
  {
    fields: 'virtual table: number of entries',
    why: 'each virtual block has one (2.50 2.2.11), and in ours what ends the file sets is such a block, too',
    where: WRITE_ONCE,
  },
  { fields: 'entry of the virtual table: information length', why: ROOM, where: WRITE_ONCE },
  { fields: 'entry of the virtual table: length of *', why: ROOM, where: WRITE_ONCE },
  {
    fields: 'entry of the virtual table: object size',
    why: ROOM,
    where: ['write-once, from 2.00 on', (made) => made.access === 'write-once' && from('2.00')(made)],
  },
  {
    fields: 'entry of the virtual table: flags',
    why: OWN_BLOCKS,
    where: ['write-once, 1.50', ({ access, revision }) => access === 'write-once' && revision === '1.50'],
  },
  {
    fields: 'entry of the virtual table: blocks recorded',
    why: OWN_BLOCKS,
    where: ['write-once, 1.50', ({ access, revision }) => access === 'write-once' && revision === '1.50'],
  },
  {
    fields: 'entry of the virtual table: attributes',
    why: 'the header of the attributes says by its tag in which block it lies (4/14.10.1, 4/7.2)',
    where: ['write-once, 1.50', ({ access, revision }) => access === 'write-once' && revision === '1.50'],
  },
  {
    fields: 'entry of the virtual table: owner',
    why: 'ours is of nobody (3.3.3.1), theirs of the root',
    where: WRITE_ONCE,
  },
  {
    fields: 'entry of the virtual table: permissions',
    why: 'ours gives none, as with other files that are in no directory; `unverified`',
    where: WRITE_ONCE,
  },
  {
    fields: 'anchors: one lies at N - 256',
    why: 'two of three places are to have one (2.2.3)',
    where: SPARABLE,
  },
  {
    fields: 'anchor: length of the *',
    why: 'theirs are whole packets; 16 blocks are the least (2.2.3.1)',
    where: ['cdrw', ({ media }) => media === 'cdrw'],
  },
  {
    fields: 'sparable map: places of the tables',
    why: 'where they lie is free to choose, and told here; `unverified`',
    where: SPARABLE,
  },
  {
    fields: 'sparable map: packet length',
    why: 'theirs is an ECC block of DVD, ours two of them, whatever the medium: 2.01 names 32 for CD-RW alone (2.2.9, 6.10.2.1)',
    where: DVD_PACKETS,
  },
  { fields: 'sparable map: length of a table', why: SPARES, where: DVD_PACKETS },
  { fields: 'sparing table: number of entries', why: SPARES, where: DVD_PACKETS },
  { fields: 'sparing table: length of the CRC', why: SPARES, where: DVD_PACKETS },
];
