import type { Facet } from './compare.js';
import { type Reader, READERS } from './readers.js';
import { type Structure, STRUCTURES } from './structures.js';
import { type Conforming, VOLUMES } from './volumes.js';

const LETTERS: Readonly<Record<Facet, string>> = { contents: 'c', times: 't', modes: 'm', links: 'l' };

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const cell = ({ views, passesBy }: Reader, volume: Conforming): string => {
  const facets = views[volume.view];
  if (!facets || passesBy?.(volume)) return '–';
  return ['n', ...facets.map((facet) => LETTERS[facet])].join('');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(head),
  row(head.map(() => '-')),
  ...rows.map(row),
];

const readersOf = ({ readBy }: Structure): string =>
  readBy.length > 0 ? readBy.join(', ') : '**not independently read**';

const INTRODUCTION = `# File systems, and who read them

Who reads what we master. Each cell of the first table is a test: the volume is made of a hostile tree, read by the program, and
compared with the source. The tree has

- names in every script, of 255 bytes, of no UTF-8, that collide;
- twelve levels;
- links of every kind;
- empty and hard linked files, and none of more than 1.2 MB;
- one file of the year 2104.

The kernel mounts the volumes in \`test/vm\`, of which \`.ci/run\` takes a third each day. Of ISO 9660 the file of 2104 is left out
there: isofs of Linux 6.1 keeps times in 32 bits. All others are run by \`test/interop/conformance.test.ts\`.

A link whose target has 4,000 bytes is left out for all: libisofs refuses a volume with it, isoinfo dies of it, and the kernel
reads one block of a target in UDF.

This page is made of the tables in \`test/support/conformance\`. A test fails where it says something else, and
\`npx vitest run test/interop/conformance.test.ts -u\` writes it anew.

n: names and kinds. c: bytes of files. t: times of modification. m: modes. l: targets of links. –: not what it reads.
`;

const BY_STRUCTURE = `## By structure

Programs that read a structure, and the tests that show it. Where there is none, bytes are typed by hand from the standards, or
the second decoder of the tests stands alone.
`;

const REST = `## When the power fails

A volume on an overwritable medium grows behind its end. Last of all the descriptors from block 16 on, and then the anchor of UDF
in block 256, are written over. A drive writes whole ECC blocks (32 KiB, on BD 64), and one that loses its power in the middle of
one may leave it unreadable:

| unreadable | ISO 9660 shows | UDF shows |
| - | - | - |
| the ECC block with the anchor | all that is new | nothing |
| the ECC block with the descriptors | nothing, by itself | nothing, by itself |

The session behind the volume shows all there is, old and new, to a reader that is told where it begins
(\`xorriso -load sbsector N\`, \`udfinfo --startblock=N\`).

Lost for good are

- of volumes without UDF that others have made, or builds before, contents that lie up to block 31: a few of the first files; ours
  begin behind;
- on BD, whose ECC block begins with block 0, the system area (blocks 0 to 15): partition tables and boot code, by which an image
  boots from a disk, too.

How real drives leave a block that they were writing is \`unverified\`.

## Not recorded

### Holes

Holes of sparse files are recorded as the zeros that they read as, in every file system. Rock Ridge has an entry for them (SF,
RRIP 1.12 4.1.7), but a reader that does not know it shows the blocks that are recorded as the contents:

- \`fs/isofs/rock.c\` of Linux and libarchive have no case for it and pass over it;
- fuseiso finds it and does nothing with it;
- how 7-Zip, libcdio and xorriso treat it is \`unverified\`.

A file of others that has such an entry is told by the validator (\`file-sparse\`), and refused or left out where its session is
continued.

UDF can leave extents unrecorded (ECMA-167 4/14.14.1.1), and holes of volumes of others are read and kept so. Of source files they
are not looked for: that is not built.

### Time zones

All times are recorded in UTC, or in one zone that the request names (\`zoneMinutes\`, \`--time-zone\`): the same moments to every
reader. UDF could tell a zone of each file, which no source has.

### Volumes of others

Volumes with blocks of other sizes than 2,048 bytes are refused where they are imported.

Entries of UDF of strategy 4096 (OSTA UDF 6.6), which media that are written once and anywhere may have, are read to the last of
each chain. No other program of the tests makes any.
`;

/** docs/filesystems.md, made of what the tests go by. */
export const conformancePage = (): string =>
  [
    INTRODUCTION,
    ...table(
      ['volume, and what of it is looked at', ...READERS.map(({ name }) => name)],
      VOLUMES.map((volume) => [volume.name, ...READERS.map((reader) => cell(reader, volume))]),
    ),
    '',
    ...READERS.flatMap(({ name, because }) => (because === undefined ? [] : [`- ${name}: ${because}.`])),
    '',
    BY_STRUCTURE,
    ...table(
      ['structure', 'clause', 'read by', 'shown by'],
      STRUCTURES.map((of) => [
        of.name,
        of.clause,
        readersOf(of),
        of.shownBy.map((file) => `\`${file}\``).join(', '),
      ]),
    ),
    '',
    REST,
  ].join('\n');
