/** Who read a structure beside the decoders of the tests; where nobody did, its bytes are typed by hand, or the decoders stand alone. */
export interface Structure {
  readonly name: string;
  readonly clause: string;
  readonly readBy: readonly string[];
  /** Test files that show it. */
  readonly shownBy: readonly string[];
}

const CONFORMANCE = 'test/interop/conformance.test.ts';
const UDF = 'test/interop/udf.test.ts';
const KERNEL_ISO = 'test/vm/iso.test.ts';
const KERNEL_UDF = 'test/vm/udf.test.ts';
const OTHERS = 'test/interop/udf-others.test.ts';
const HYBRID_UDF = 'test/interop/hybrid-udf.test.ts';

const structure = (
  name: string,
  clause: string,
  readBy: readonly string[],
  ...shownBy: readonly string[]
): Structure => ({ name, clause, readBy, shownBy });

export const STRUCTURES: readonly Structure[] = [
  structure(
    'primary volume descriptor',
    'ECMA-119 8.4',
    ['kernel', 'bsdtar', 'xorriso', '7z', 'isoinfo', 'libcdio'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure(
    'descriptor and directories of Joliet',
    'Joliet',
    ['kernel', 'bsdtar', 'xorriso', '7z', 'isoinfo', 'libcdio'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure('descriptor and directories of ISO 9660:1999', 'ISO 9660:1999', [], CONFORMANCE),
  structure('path tables: how many directories they list', 'ECMA-119 9.4', ['isoinfo'], CONFORMANCE),
  structure(
    'directory records',
    'ECMA-119 9.1',
    ['kernel', 'bsdtar', 'xorriso', '7z', 'isoinfo', 'libcdio'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure('hidden flag', 'ECMA-119 9.1.6', ['isoinfo'], CONFORMANCE),
  structure(
    'files of several extents',
    'ECMA-119 6.5.1',
    ['bsdtar', 'xorriso', '7z'],
    'test/interop/readers.test.ts',
  ),
  structure(
    'names, modes, targets, times of Rock Ridge (NM, PX, SL, TF)',
    'RRIP 1.12 4.1',
    ['kernel', 'bsdtar', 'xorriso', 'isoinfo', 'libcdio'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure(
    'continuation areas (CE)',
    'SUSP 1.12 5.1',
    ['kernel', 'bsdtar', 'xorriso', 'isoinfo'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure(
    'directories that were moved (CL, PL, RE)',
    'RRIP 1.12 4.1.5',
    ['kernel', 'bsdtar', 'xorriso'],
    CONFORMANCE,
    KERNEL_ISO,
  ),
  structure('device numbers (PN)', 'RRIP 1.12 4.1.2', ['bsdtar'], CONFORMANCE),
  structure(
    'boot catalog',
    'El Torito 1.0',
    ['xorriso', 'dumpet', 'BIOS', 'OVMF'],
    'test/interop/boot.test.ts',
    'test/interop/boot-tables.test.ts',
  ),
  structure(
    'MBR and GPT of hybrids',
    'UEFI 2.x 5.2, 5.3',
    ['sfdisk', 'sgdisk', 'BIOS', 'OVMF'],
    'test/interop/boot-tables.test.ts',
    'test/interop/boot.test.ts',
    HYBRID_UDF,
  ),
  structure(
    'recognition sequence, anchors',
    'ECMA-167 2/8.3, 3/8.4.2.1',
    ['kernel', '7z', 'udfinfo', 'libudfread'],
    UDF,
    KERNEL_UDF,
    HYBRID_UDF,
    'test/vm/hybrid-udf.test.ts',
  ),
  structure(
    'main volume descriptor sequence',
    'ECMA-167 3/8.4.2',
    ['kernel', '7z', 'udfinfo', 'libudfread'],
    UDF,
    KERNEL_UDF,
    OTHERS,
  ),
  structure('reserve sequence', 'ECMA-167 3/8.4.2', ['udfinfo', 'libudfread'], UDF),
  structure(
    'integrity descriptor: counts, the revision of its writer, that it is closed',
    'ECMA-167 3/10.10',
    ['udfinfo'],
    UDF,
  ),
  structure(
    'file set, directories, file entries',
    'ECMA-167 4/14.1, 4/14.4, 4/14.9',
    ['kernel', '7z', 'libcdio', 'libudfread'],
    CONFORMANCE,
    KERNEL_UDF,
  ),
  structure(
    'extended file entries',
    'ECMA-167 4/14.17',
    ['kernel', '7z', 'libudfread'],
    CONFORMANCE,
    KERNEL_UDF,
  ),
  structure(
    'files within their entries, names of 8 and 16 bits',
    'ECMA-167 4/14.6.8, OSTA UDF 2.1.1',
    ['kernel', '7z', 'libudfread'],
    CONFORMANCE,
    KERNEL_UDF,
  ),
  structure('extents that go on elsewhere', 'ECMA-167 4/14.5', ['kernel'], KERNEL_UDF),
  structure('symbolic links', 'ECMA-167 4/14.16', ['kernel'], KERNEL_UDF),
  structure('link counts, owners, permissions', 'ECMA-167 4/14.9', ['kernel'], KERNEL_UDF),
  structure(
    'metadata partition',
    'OSTA UDF 2.50 2.2.10, 2.2.13',
    ['kernel', '7z', 'libudfread'],
    CONFORMANCE,
    KERNEL_UDF,
  ),
  structure('mirror of the metadata', 'OSTA UDF 2.50 2.2.13', ['kernel', 'libudfread'], UDF, KERNEL_UDF),
  structure('virtual allocation table', 'OSTA UDF 2.2.11', ['kernel'], KERNEL_UDF, OTHERS),
  structure(
    'counts beside a virtual allocation table of UDF 1.50',
    'DCN 5003',
    ['udfinfo'],
    'test/interop/udf-sessions.test.ts',
    OTHERS,
  ),
  structure('space bitmap', 'ECMA-167 4/14.12', ['kernel'], KERNEL_UDF),
  structure('sparing tables', 'OSTA UDF 1.50 2.2.11', ['kernel'], KERNEL_UDF),
  structure('bitmap of the metadata', 'OSTA UDF 2.50 2.2.13.3', [], 'test/unit/image/udf-special.test.ts'),
  structure(
    'contents of real-time files',
    'OSTA UDF 2.01',
    ['libudfread', 'libbluray'],
    'test/interop/bdmv.test.ts',
  ),
  structure(
    'the flag of real-time files',
    'OSTA UDF 2.01',
    [],
    'test/golden/udf/special-entries.test.ts',
    'test/golden/udf/metadata-volume.test.ts',
  ),
  structure(
    'named streams',
    'OSTA UDF 2.00 3.3.5',
    [],
    'test/golden/udf/special-entries.test.ts',
    'test/golden/udf/metadata-volume.test.ts',
  ),
  structure('times of creation in extended file entries', 'ECMA-167 4/14.17', ['7z'], UDF),
  structure(
    'times of creation before UDF 2.00',
    'ECMA-167 4/14.10.5',
    [],
    'test/golden/udf/structures.test.ts',
    UDF,
  ),
  structure('unique ids', 'OSTA UDF 3.2.1.1, 2.3.4.3', [], UDF, 'test/golden/udf/metadata-volume.test.ts'),
];
