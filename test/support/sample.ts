import { createHash } from 'node:crypto';

const DAY_MS = 86_400_000;

/** What is tried of what takes too long to be tried each time: something else each day. SPINDLE_SEED repeats another one. */
export const SEED = Number(process.env['SPINDLE_SEED'] ?? Math.floor(Date.now() / DAY_MS));

/** As many of a list, spread over the whole of it. */
export const sampleOf = <T>(list: readonly T[], count: number): T[] => {
  const step = list.length / count;
  const shift = (SEED * 7919) % list.length;
  return Array.from({ length: count }, (_, index) => list[Math.floor(shift + index * step) % list.length]!);
};

/** As many of what is alike but for its medium; all of it with SPINDLE_SAMPLE=all. */
export const inTurn = <T>(list: readonly T[], count: number): T[] =>
  process.env['SPINDLE_SAMPLE'] === 'all' ? [...list] : sampleOf(list, count);

/** Whether it is the turn of what has this name, which comes once in so many days. */
export const today = (name: string, days: number): boolean =>
  (createHash('sha256').update(name).digest().readUInt32BE() + SEED) % days === 0;

/** Cells in which somebody is killed: those whose titles match SPINDLE_CELL, all of them, or a few each day. */
export const crashCells = <T extends { readonly title: string }>(
  cells: readonly T[],
  count: number,
): readonly T[] => {
  const asked = process.env['SPINDLE_CELL'];
  if (asked !== undefined && asked !== 'all')
    return cells.filter(({ title }) => new RegExp(asked).test(title));
  return asked === 'all' || process.env['SPINDLE_CRASHES'] === 'all' ? cells : sampleOf(cells, count);
};
