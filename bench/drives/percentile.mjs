/**
 * @param {readonly number[]} samples
 * @param {number} fraction 0.5 for the median
 */
export const percentile = (samples, fraction) => {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? NaN;
};
