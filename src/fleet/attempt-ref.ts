import type { AttemptRef } from '../burn/journal-entry.js';
import type { Attempt } from '../jobs/records.js';

export const sameAttempt = (a: AttemptRef | undefined, b: AttemptRef): boolean =>
  a?.job === b.job && a.copy === b.copy && a.attempt === b.attempt;

export const refOf = ({ job, copy, number }: Attempt): AttemptRef => ({ job, copy, attempt: number });
