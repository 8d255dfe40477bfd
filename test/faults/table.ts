import { type Cell, ENDS } from './cell.js';
import { FAULT_ROWS, type FaultRow } from './fault-rows.js';
import { MEDIUM_NAMES, type MediumName } from './media.js';
import { PHASE_NAMES } from './phases.js';
import type { Verdict } from './rules.js';

/** Text of a cell; undefined of one that is not tried. */
type TextOf = (cell: Cell) => string | undefined;

/** What a page is made of. */
interface Findings {
  readonly textOf: TextOf;
  readonly verdictOf: (cell: Cell) => Verdict;
  /** Names the phases in which a medium can be struck. */
  readonly phasesOf: (medium: MediumName) => ReadonlySet<string>;
}

/** A cell that nobody has run yet; the rules hold for it all the same. */
export const UNKNOWN = '?';
const NONE = '–';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const INTRODUCTION = `# Faults

What becomes of a job when something goes wrong, for each fault in each phase on each kind of medium. This page is made by
\`npm run faults -- --write\` from what really happened on virtual drives, and \`npm run faults\` fails where a cell
differs. \`git log docs/faults.md\` has the commits with which cells were run; one that ended the same again was not written
anew. By a rule table of its own (\`test/faults/rules.ts\`, below under Rules) that test also holds what must never be: a disc
that is called good and does not hold the image byte for byte in the stored medium, a good end of what the rules call
lasting, a bad one of what they call transient, a medium that is not what is said of it, a remedy that does not help, an
earlier session or volume that is not whole any more, a job on another drive that is disturbed. Where the medium and its other
ways decide, the rules know no end beforehand, and this table alone says which one is expected, of a disc that may be called
good only with the image on it: a format or a close that is refused, a close that was not done or not answered in time, likewise
a format that was to go on beneath a volume, and the first and the last WRITE where they were lost, since zeros that were not
written may be zeros all the same.

Each cell is one recording by one job: the first one on its medium, or on what is called \`appended\` one behind a session
that lies on it, and on what is called \`grown\` one by which the volume that is on it grows. These must stay whole, whatever
fails, and also when the test has done what the attempt says is to be done. BD-RE XL, disks of 512 and 4,096 bytes a block, and
other media that can be appended to or whose volumes grow are left to other tests: recipes that are here record them, too. In the
column \`verify\`, and where a WRITE is lost, jobs ask for \`verify: full\`; everywhere else for \`verify: none\`, since
verification would find by itself what should have been told before.

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
| appendable | begun and still open, or a volume that was to grow | a job of type \`recover\` where the attempt names it; then \`onNonBlank: append\`, behind sessions with \`import: false\`, unless that has finalized the disc |
| lost | closed, or damaged for good | burn another blank |
| unknown | of a drive that is gone or answers nothing: could not be looked at; of a free one: closed, contents unproven | a rewritable one is burned again with \`onNonBlank: erase\`, else another blank is burned; one that was to be gone on with is looked at, and gone on with if it can be |

A drive that answers nothing is switched off and on first: no command reaches it any more. Whatever is unproven (U, V, I) is
first compared with its source by a job of type \`verify\`, which must end good where the stored medium holds the image, and
only there. That job names the job that has recorded the disc, also of V and I, which nobody could look at once they were closed.
`;

const PHASES = `
## Phases

Not every recipe has a command in each of them, and only a WRITE can be lost or find the end of the medium. Where a fault
is told of several media in one row, it is told of the phases that each of them has. Faults that tell of the drive or the
machine, and senses about which the same is done as about another one, are tried with the first media alone that recipes were
written for: a medium that no row of a fault names was not tried with it. That a session cannot be closed only those media are struck with
that have something to close, and that tables cannot be read only discs.
`;

const RULES = `
## Rules

What the standard makes of a fault in a phase. \`transient\`: the attempt must end good all the same, because the command was
done, the drive took nothing of it, or it can be repeated without harm. \`lasting\`: it must not. \`open\`: the medium and its
other ways decide.
`;

const TABLE = '\n## Table\n';

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

const WORDS: Readonly<Record<Verdict, string>> = { good: 'transient', bad: 'lasting', either: 'open' };

/** What the rules say of a fault in each phase: more than one thing where media differ. */
const ruleOf = ({ textOf, verdictOf }: Findings, row: FaultRow): string =>
  PHASE_NAMES.map((phase) => {
    const cells = MEDIUM_NAMES.map((medium) => ({ medium, row, phase }));
    const verdicts = new Set(cells.filter((cell) => textOf(cell) !== undefined).map(verdictOf));
    return verdicts.size === 0 ? NONE : [...verdicts].map((verdict) => WORDS[verdict]).join(' or ');
  }).join(' | ');

const rules = (findings: Findings): string[] => {
  const groups = new Map<string, string[]>();
  for (const row of FAULT_ROWS) {
    const rule = ruleOf(findings, row);
    groups.set(rule, [...(groups.get(rule) ?? []), row.name]);
  }
  return [...groups].map(([rule, names]) => line([names.join(', '), rule]));
};

/** How many cells there are, and how many of them nobody knows. */
const countOf = ({ textOf }: Findings): string => {
  const texts = FAULT_ROWS.flatMap((row) =>
    MEDIUM_NAMES.flatMap((medium) => PHASE_NAMES.map((phase) => textOf({ medium, row, phase }))),
  ).filter((text) => text !== undefined);
  const unknown = texts.filter((text) => text === UNKNOWN).length;
  const all = `There are ${texts.length} cells`;
  return unknown === 0
    ? `${all}, and all of them were run.\n`
    : `${all}. ${unknown} of them were never run to their end: those that are \`${UNKNOWN}\`.\n`;
};

export const pageOf = (findings: Findings): string =>
  [
    INTRODUCTION,
    ...ends(),
    STATES,
    PHASES,
    line(['medium', ...PHASE_NAMES]),
    line(['-', ...PHASE_NAMES.map(() => '-')]),
    ...MEDIUM_NAMES.map((medium) =>
      line([medium, ...PHASE_NAMES.map((phase) => (findings.phasesOf(medium).has(phase) ? 'yes' : NONE))]),
    ),
    RULES,
    line(['fault', ...PHASE_NAMES]),
    line(['-', ...PHASE_NAMES.map(() => '-')]),
    ...rules(findings),
    TABLE,
    countOf(findings),
    line(['fault', 'media', ...PHASE_NAMES]),
    line(['-', '-', ...PHASE_NAMES.map(() => '-')]),
    ...table(findings.textOf),
    '',
  ].join('\n');

/** The cells of a page. */
export const readPage = (page: string): ((cell: Cell) => string) => {
  const found = new Map<string, string>();
  let faults: string[] = [];
  for (const row of page.slice(page.indexOf(TABLE)).split('\n')) {
    if (!row.startsWith('| ')) continue;
    const [names = '', media = '', ...cells] = row.slice(2, -2).split(' | ');
    if (names.trim() !== '') faults = names.split(', ');
    for (const fault of faults)
      for (const medium of media.split(', '))
        PHASE_NAMES.forEach((phase, at) => found.set(`${medium} ${fault} ${phase}`, cells[at] ?? ''));
  }
  return ({ medium, row, phase }) => found.get(`${medium} ${row.name} ${phase}`) ?? UNKNOWN;
};
