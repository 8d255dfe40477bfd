/**
 * Chance by seed: the same seed makes the same choices in the same situation. What situation a run is in depends on
 * how fast drives and daemon are, so that two runs of one seed differ in timing and, with it, in course.
 * @param {number} seed
 */
export const createRandom = (seed) => {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** A whole number from `low` to `high`. */
  const int = (low, high) => low + Math.floor(next() * (high - low + 1));
  /** @template T @param {readonly T[]} list @returns {T} */
  const pick = (list) => list[Math.floor(next() * list.length)];
  const chance = (share) => next() < share;
  /** Some of the list, at least one. */
  const some = (list, most = list.length) => {
    const left = [...list];
    const wanted = int(1, Math.min(most, left.length));
    return Array.from({ length: wanted }, () => left.splice(Math.floor(next() * left.length), 1)[0]);
  };
  /** A row by its weight. @template {{ weight: number }} T @param {readonly T[]} rows @returns {T} */
  const weighted = (rows) => {
    const all = rows.reduce((sum, { weight }) => sum + weight, 0);
    let at = next() * all;
    return rows.find(({ weight }) => (at -= weight) < 0) ?? rows[rows.length - 1];
  };
  const bytes = (length) => {
    const buffer = Buffer.alloc(length);
    for (let at = 0; at < length; at += 4)
      buffer.writeUInt32LE((next() * 2 ** 32) >>> 0, Math.min(at, length - 4));
    return buffer;
  };
  return { next, int, pick, chance, some, weighted, bytes };
};
/** @typedef {ReturnType<typeof createRandom>} Random */
