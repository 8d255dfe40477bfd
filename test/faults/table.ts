import { type MediumName, ENDS, MEDIA } from './cell.js';
import { FAULT_ROWS } from './fault-rows.js';
import { PHASE_NAMES } from './phases.js';

/** Text of a cell, or that of one which cannot be. */
export type CellText = (medium: MediumName, fault: string, phase: string) => string;

/** A cell that nobody has run yet; the rules hold for it all the same. */
const UNKNOWN = '?';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const INTRODUCTION = `# Faults

What becomes of a job when something goes wrong, for each fault in each phase on each kind of medium. This page is made by
\`npm run faults -- --write\` from what really happened on virtual drives, and \`npm run faults\` fails where a cell
differs. By a rule table of its own (\`test/faults/rules.ts\`) that test also holds what must never be: a disc that is called
good and does not hold the image byte for byte in the stored medium, a good end of what the standard does not call
transient, a bad one of what it does, a medium that is not what is said of it, a remedy that does not help, a job on
another drive that is disturbed.

A cell is the code of the attempt that was struck (see \`src/errors.ts\`), a letter, and after a failure what the attempt
says of its medium in \`mediumAfter\`.
`;

const OF_END: Readonly<Record<keyof typeof ENDS, string>> = {
  G: 'the fault was got over',
  B: 'the disc is bad',
  A: 'nothing was touched: the next attempt took the same medium and ended good',
  U: 'the disc is closed, its verification could not be finished',
  L: 'the disc is bad, the drive is gone',
  V: 'the disc is closed and not verified, the drive is gone',
  W: 'nothing was touched; the job waits for the drive',
};

const ends = (): string[] => [
  line(['', 'job', 'copy', 'attempt', 'drive', '']),
  line(['-', '-', '-', '-', '-', '-']),
  ...Object.entries(ENDS).map(([letter, { job, copy, attempt, drive }]) =>
    line([letter, job, copy, attempt, drive, OF_END[letter as keyof typeof ENDS]]),
  ),
];

const STATES = `
| medium | what it is | what to do, as the test does it |
| - | - | - |
| usable | blank | burn again |
| needs-erase | rewritable, with something on it | burn again with \`onNonBlank: erase\` |
| appendable | begun and still open | burn another blank |
| lost | closed, or damaged for good | burn another blank |
| unknown | could not be looked at, or is closed and unproven | look at it in a drive that works, then as above |
`;

/** Rows of a medium; neighbours that are alike in every cell share one. */
const rowsOf = (medium: MediumName, text: CellText): string[] => {
  const rows: { names: string[]; cells: string }[] = [];
  for (const { name } of FAULT_ROWS) {
    const cells = PHASE_NAMES.map((phase) => text(medium, name, phase)).join(' | ');
    const last = rows.at(-1);
    if (last?.cells === cells) last.names.push(name);
    else rows.push({ names: [name], cells });
  }
  return rows.map(({ names, cells }) => line([names.join(', '), cells]));
};

/** The page. `reasons` says of each medium why some of its cells cannot be. */
export const pageOf = (text: CellText, reasons: (medium: MediumName) => readonly string[]): string =>
  [
    INTRODUCTION,
    ...ends(),
    STATES,
    ...MEDIA.flatMap((medium) => [
      `## ${medium}\n`,
      line(['fault', ...PHASE_NAMES]),
      line(['-', ...PHASE_NAMES.map(() => '-')]),
      ...rowsOf(medium, text),
      `\n– ${reasons(medium).join('; ')}.\n`,
    ]),
  ].join('\n');

/** The cells of a page, by medium, fault and phase. */
export const readPage = (page: string): CellText => {
  const found = new Map<string, string>();
  let medium = '';
  for (const row of page.split('\n')) {
    medium = /^## (.*)$/.exec(row)?.[1] ?? medium;
    if (!row.startsWith('| ')) continue;
    const [names = '', ...cells] = row.slice(2, -2).split(' | ');
    for (const name of names.split(', '))
      PHASE_NAMES.forEach((phase, at) => found.set(`${medium} ${name} ${phase}`, cells[at] ?? ''));
  }
  return (of, fault, phase) => found.get(`${of} ${fault} ${phase}`) ?? UNKNOWN;
};
