import { type Cell, ENDS } from './cell.js';
import { FAULT_ROWS, type FaultRow } from './fault-rows.js';
import { MEDIUM_NAMES, type MediumName } from './media.js';
import { PHASE_NAMES } from './phases.js';

/** Text of a cell; undefined of one that is not tried. */
type TextOf = (cell: Cell) => string | undefined;

/** A cell that nobody has run yet; the rules hold for it all the same. */
export const UNKNOWN = '?';
const NONE = '–';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const INTRODUCTION = `# Faults

What becomes of a job when something goes wrong, for each fault in each phase on each kind of medium. This page is made by
\`npm run faults -- --write\` from what really happened on virtual drives, and \`npm run faults\` fails where a cell
differs. By a rule table of its own (\`test/faults/rules.ts\`) that test also holds what must never be: a disc that is called
good and does not hold the image byte for byte in the stored medium, a good end of what the rules call lasting, a bad one of
what they call transient, a medium that is not what is said of it, a remedy that does not help, a job on another drive that is
disturbed. Where the medium and its other ways decide, the rules know no end beforehand, and this table alone says which one
is expected, of a disc that may be called good only with the image on it: a format or a close that is refused, a close that
was not done or not answered in time, and the first and the last WRITE where they were lost, since zeros that were not written
may be zeros all the same.

Each cell is a first recording of one session by one job. Appending and growing, layer jumps, DVD+RW DL, BD of several
layers, and removable disks are not crossed with faults here; other tests have some of them. In the column \`verify\`, and
where a WRITE is lost, jobs ask for \`verify: full\`; everywhere else for \`verify: none\`, since verification would find by
itself what should have been told before.

A cell is the code of the attempt that was struck (see \`src/errors.ts\`), a letter, and after a failure what the attempt
says of its medium in \`mediumAfter\`.
`;

const OF_END: Readonly<Record<keyof typeof ENDS, string>> = {
  G: 'the fault was got over',
  B: 'the disc is bad',
  A: 'nothing was touched: the next attempt took the same medium and ended good',
  N: 'nothing was touched; what failed is not the disc, and another one would not help',
  U: 'the disc is closed, its verification could not be finished',
  L: 'the disc is bad, the drive is gone',
  V: 'the disc is closed and not verified, the drive is gone',
  W: 'nothing was touched; the job waits for the drive',
  H: 'the disc is bad, the drive answers nothing any more',
  I: 'the disc is closed and not verified, the drive answers nothing any more',
  K: 'nothing was touched; the job waits for the drive, which answers nothing any more',
};

const ends = (): string[] => [
  line(['', 'job', 'copy', 'attempt', 'drive', '']),
  line(['-', '-', '-', '-', '-', '-']),
  ...Object.entries(ENDS).map(([letter, { job, copy, attempt, drive }]) =>
    line([letter, job, copy, attempt, drive, OF_END[letter as keyof typeof ENDS]]),
  ),
];

const STATES = `
| medium | what it is | what the attempt says to do, and the test does |
| - | - | - |
| usable | blank | burn again |
| needs-erase | rewritable, with something on it | burn again with \`onNonBlank: erase\`, or a job of type \`erase\` first; \`recover\` where the attempt names it |
| appendable | begun and still open | a job of type \`recover\` where the attempt names it; then \`onNonBlank: append\` with \`import: false\`, unless that has finalized the disc |
| lost | closed, or damaged for good | burn another blank |
| unknown | of a drive that is gone or answers nothing: could not be looked at; of a free one: closed, contents unproven | a rewritable one is burned again with \`onNonBlank: erase\`, else another blank is burned |

A drive that answers nothing is switched off and on first: no command reaches it any more. Whatever is unproven (U, V, I) is
first compared with its source by a job of type \`verify\`, which must end good where the stored medium holds the image, and
only there. That job names the job that has recorded the disc, also of V and I, which nobody could look at once they were closed.
`;

const PHASES = `
## Phases

Not every recipe has a command in each of them, and only a WRITE can be lost or find the end of the medium. Where a fault
is told of several media in one row, it is told of the phases that each of them has. Faults that tell of the drive or the
machine, and senses that mean the same as another one, are tried with the first media alone that recipes were written for:
a medium that no row of a fault names was not tried with it.
`;

/** The fault of a phase, by its place in PHASE_NAMES; undefined where there is no such cell. */
type Row = (string | undefined)[];

/** Media of which a fault can be told in one row. */
interface Group {
  readonly media: MediumName[];
  row: Row;
}

const agrees = (one: Row, other: Row): boolean =>
  one.every((text, at) => text === undefined || other[at] === undefined || text === other[at]);

const merged = (one: Row, other: Row): Row => one.map((text, at) => text ?? other[at]);

const rowOf = (text: TextOf, row: FaultRow, medium: MediumName): Row =>
  PHASE_NAMES.map((phase) => text({ medium, row, phase }));

const groupsOf = (text: TextOf, fault: FaultRow): Group[] => {
  const groups: Group[] = [];
  for (const medium of MEDIUM_NAMES) {
    const row = rowOf(text, fault, medium);
    if (row.every((cell) => cell === undefined)) continue;
    const alike = groups.find((group) => agrees(group.row, row));
    if (alike) {
      alike.media.push(medium);
      alike.row = merged(alike.row, row);
    } else groups.push({ media: [medium], row });
  }
  return groups;
};

const linesOf = (groups: readonly Group[]): string[] =>
  groups.map(({ media, row }) => [media.join(', '), ...row.map((cell) => cell ?? NONE)].join(' | '));

/** Faults that are alike on all media share their rows; the first row names them. */
const table = (text: TextOf): string[] => {
  const alike = new Map<string, { names: string[]; lines: string[] }>();
  for (const fault of FAULT_ROWS) {
    const lines = linesOf(groupsOf(text, fault));
    const key = lines.join('\n');
    const found = alike.get(key);
    if (found) found.names.push(fault.name);
    else alike.set(key, { names: [fault.name], lines });
  }
  return [...alike.values()].flatMap(({ names, lines }) =>
    lines.map((cells, nth) => line([nth === 0 ? names.join(', ') : '', cells])),
  );
};

/** The page. `phasesOf` names those in which a medium can be struck. */
export const pageOf = (text: TextOf, phasesOf: (medium: MediumName) => ReadonlySet<string>): string =>
  [
    INTRODUCTION,
    ...ends(),
    STATES,
    PHASES,
    line(['medium', ...PHASE_NAMES]),
    line(['-', ...PHASE_NAMES.map(() => '-')]),
    ...MEDIUM_NAMES.map((medium) =>
      line([medium, ...PHASE_NAMES.map((phase) => (phasesOf(medium).has(phase) ? 'yes' : NONE))]),
    ),
    '\n## Table\n',
    line(['fault', 'media', ...PHASE_NAMES]),
    line(['-', '-', ...PHASE_NAMES.map(() => '-')]),
    ...table(text),
    '',
  ].join('\n');

/** The cells of a page. */
export const readPage = (page: string): ((cell: Cell) => string) => {
  const found = new Map<string, string>();
  let faults: string[] = [];
  for (const row of page.slice(page.indexOf('\n## Table\n')).split('\n')) {
    if (!row.startsWith('| ')) continue;
    const [names = '', media = '', ...cells] = row.slice(2, -2).split(' | ');
    if (names.trim() !== '') faults = names.split(', ');
    for (const fault of faults)
      for (const medium of media.split(', '))
        PHASE_NAMES.forEach((phase, at) => found.set(`${medium} ${fault} ${phase}`, cells[at] ?? ''));
  }
  return ({ medium, row, phase }) => found.get(`${medium} ${row.name} ${phase}`) ?? UNKNOWN;
};
