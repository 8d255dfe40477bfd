/**
 * Fields of the structures of UDF, offset and length, for comparing volumes of different writers: ECMA-167 3/7 to 3/10, 4/14, OSTA UDF 2.2 and
 * 2.3. What no field names is compared as `the rest`, so that no byte is left out. It shares nothing with src/.
 */
export type Fields = Readonly<Record<string, readonly [offset: number, length: number]>>;

const SEQUENCE_NUMBER: Fields = { 'sequence number': [16, 4] };

/** By the identifier of their tags, 3/7.2.1 and 4/7.2.1. */
export const FIELDS: Readonly<Record<number, Fields>> = {
  0: {
    identifier: [16, 32],
    'number of entries': [48, 2],
    'sequence number': [52, 4],
  },
  1: {
    ...SEQUENCE_NUMBER,
    number: [20, 4],
    'volume identifier': [24, 32],
    'volume numbers': [56, 4],
    'interchange levels': [60, 4],
    'character set lists': [64, 8],
    'volume set identifier': [72, 128],
    'character sets': [200, 128],
    'abstract and copyright': [328, 16],
    'application identifier': [344, 32],
    time: [376, 12],
    implementation: [388, 32],
    'implementation use': [420, 64],
    predecessor: [484, 4],
    flags: [488, 2],
  },
  2: {
    'length of the main sequence': [16, 4],
    'place of the main sequence': [20, 4],
    'length of the reserve sequence': [24, 4],
    'place of the reserve sequence': [28, 4],
  },
  4: {
    ...SEQUENCE_NUMBER,
    identifier: [20, 32],
    'character set': [52, 64],
    'volume identifier': [116, 128],
    'owner, organization and contact': [244, 108],
    implementation: [352, 32],
    'implementation use': [384, 128],
  },
  5: {
    ...SEQUENCE_NUMBER,
    flags: [20, 2],
    number: [22, 2],
    contents: [24, 32],
    'unallocated table': [56, 8],
    'unallocated bitmap': [64, 8],
    'integrity table': [72, 8],
    'freed table': [80, 8],
    'freed bitmap': [88, 8],
    'access type': [184, 4],
    start: [188, 4],
    length: [192, 4],
    implementation: [196, 32],
    'implementation use': [228, 128],
  },
  6: {
    ...SEQUENCE_NUMBER,
    'character set': [20, 64],
    identifier: [84, 128],
    'block size': [212, 4],
    domain: [216, 32],
    'file set': [248, 16],
    'length of the maps': [264, 4],
    'number of maps': [268, 4],
    implementation: [272, 32],
    'implementation use': [304, 128],
    'length of the integrity sequence': [432, 4],
    'place of the integrity sequence': [436, 4],
  },
  7: { ...SEQUENCE_NUMBER, 'number of extents': [20, 4] },
  8: {},
  9: {
    time: [16, 12],
    type: [28, 4],
    'next extent': [32, 8],
    'next unique id': [40, 8],
    'contents use': [48, 24],
    'number of partitions': [72, 4],
    'length of implementation use': [76, 4],
  },
  256: {
    time: [16, 12],
    'interchange levels': [28, 4],
    'character set lists': [32, 8],
    numbers: [40, 8],
    'character set of the volume': [48, 64],
    'identifier of the volume': [112, 128],
    'character set': [240, 64],
    identifier: [304, 32],
    copyright: [336, 32],
    abstract: [368, 32],
    root: [400, 16],
    domain: [416, 32],
    'next extent': [448, 16],
    'system streams': [464, 16],
  },
  257: {
    version: [16, 2],
    characteristics: [18, 1],
    'length of the name': [19, 1],
    'length of the ICB': [20, 4],
    'place of the ICB': [24, 6],
    'use of the ICB': [30, 6],
    'length of implementation use': [36, 2],
  },
  261: {
    'prior entries': [16, 4],
    strategy: [20, 6],
    'file type': [27, 1],
    parent: [28, 6],
    flags: [34, 2],
    owner: [36, 8],
    permissions: [44, 4],
    links: [48, 2],
    record: [50, 6],
    'information length': [56, 8],
    'blocks recorded': [64, 8],
    times: [72, 36],
    checkpoint: [108, 4],
    'attributes elsewhere': [112, 16],
    implementation: [128, 32],
    'unique id': [160, 8],
    'length of attributes': [168, 4],
    'length of allocation descriptors': [172, 4],
  },
  266: {
    'prior entries': [16, 4],
    strategy: [20, 6],
    'file type': [27, 1],
    parent: [28, 6],
    flags: [34, 2],
    owner: [36, 8],
    permissions: [44, 4],
    links: [48, 2],
    record: [50, 6],
    'information length': [56, 8],
    'object size': [64, 8],
    'blocks recorded': [72, 8],
    times: [80, 48],
    checkpoint: [128, 4],
    'attributes elsewhere': [136, 16],
    streams: [152, 16],
    implementation: [168, 32],
    'unique id': [200, 8],
    'length of attributes': [208, 4],
    'length of allocation descriptors': [212, 4],
  },
};

/** ECMA-167 2/9.1. */
export const RECOGNITION: Fields = { type: [0, 1], identifier: [1, 5], version: [6, 1] };

/** ECMA-167 3/10.7 and OSTA UDF 2.2.8 to 2.2.10: maps of the physical, the virtual and the sparable partition. */
export const MAP_FIELDS: Readonly<Record<string, Fields>> = {
  physical: { type: [0, 1], length: [1, 1], 'volume number': [2, 2], 'partition number': [4, 2] },
  virtual: {
    type: [0, 1],
    length: [1, 1],
    identifier: [4, 32],
    'volume number': [36, 2],
    'partition number': [38, 2],
  },
  sparable: {
    type: [0, 1],
    length: [1, 1],
    identifier: [4, 32],
    'volume number': [36, 2],
    'partition number': [38, 2],
    'packet length': [40, 2],
    'number of tables': [42, 1],
    'length of a table': [44, 4],
    'places of the tables': [48, 16],
  },
};

/** OSTA UDF 2.2.6.4. */
export const INTEGRITY_USE: Fields = {
  implementation: [0, 32],
  files: [32, 4],
  directories: [36, 4],
  'revisions to read and write': [40, 6],
};

/** OSTA UDF 1.50 2.2.10, which ends the table, and 2.00 2.2.10, which begins it. */
export const TABLE_FIELDS: Readonly<Record<string, Fields>> = {
  trailer: { identifier: [0, 32], previous: [32, 4] },
  header: {
    length: [0, 2],
    'length of implementation use': [2, 2],
    'volume identifier': [4, 128],
    previous: [132, 4],
    files: [136, 4],
    directories: [140, 4],
    'revisions to read and write': [144, 6],
  },
};
