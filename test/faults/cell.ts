import type { Attempt, Copy, Job } from '../../src/jobs/records.js';
import type { FaultRow } from './fault-rows.js';
import type { MediumName } from './media.js';
import type { PhaseName } from './phases.js';

/** One fault in one phase on one medium. */
export interface Cell {
  readonly medium: MediumName;
  readonly row: FaultRow;
  readonly phase: PhaseName;
}

export const keyOf = ({ medium, row, phase }: Cell): string => `${medium} | ${row.name} | ${phase}`;

/** How jobs, copies, the attempt that was struck and drives end, by the letter that the table has for it. */
export const ENDS = {
  G: { job: 'completed', copy: 'good', attempt: 'good', drive: 'free' },
  B: { job: 'failed', copy: 'bad', attempt: 'bad', drive: 'free' },
  A: { job: 'completed', copy: 'good', attempt: 'refused', drive: 'free' },
  N: { job: 'failed', copy: 'bad', attempt: 'refused', drive: 'free' },
  U: { job: 'failed', copy: 'bad', attempt: 'unproven', drive: 'free' },
  L: { job: 'failed', copy: 'bad', attempt: 'bad', drive: 'absent' },
  V: { job: 'failed', copy: 'bad', attempt: 'unproven', drive: 'absent' },
  W: { job: 'waits', copy: 'pending', attempt: 'refused', drive: 'absent' },
  H: { job: 'failed', copy: 'bad', attempt: 'bad', drive: 'faulted' },
  I: { job: 'failed', copy: 'bad', attempt: 'unproven', drive: 'faulted' },
  K: { job: 'waits', copy: 'pending', attempt: 'refused', drive: 'faulted' },
} as const;

/** What was seen after a cell was run. */
export interface Seen {
  readonly job: Job;
  readonly copy: Copy;
  /** The attempt that the fault struck. */
  readonly attempt: Attempt;
  readonly drive: string;
}

const isOver = ({ state }: Job): boolean => ['completed', 'failed', 'canceled'].includes(state);

const letterOf = ({ job, copy, attempt, drive }: Seen): string => {
  const end = { job: isOver(job) ? job.state : 'waits', copy: copy.state, attempt: attempt.state, drive };
  const found = Object.entries(ENDS).find(([, row]) => JSON.stringify(row) === JSON.stringify(end));
  if (!found) throw new Error(`nothing is to end like this: ${JSON.stringify(end)}`);
  return found[0];
};

/** A cell as the table has it: code, letter, state of the medium. */
export const textOf = (seen: Seen): string => {
  const { problem, mediumAfter } = seen.attempt;
  return [problem?.code ?? 'good', letterOf(seen), ...(mediumAfter ? [mediumAfter.state] : [])].join(' ');
};
