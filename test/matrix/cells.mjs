// The cells in what vitest's JSON reporter wrote.

const STATUS = { passed: 'good', failed: 'FAILED' };

const cellOf = ({ title, status }) => {
  const [medium, mode, performer, refusal] = title.split(' | ');
  const end = STATUS[status];
  return {
    row: `${medium} | ${mode}`,
    performer,
    title,
    refusal,
    // What was skipped has no end.
    end: end === 'good' && refusal !== undefined ? 'refuses' : end,
  };
};

/** Every cell that there is a test for, run or not. */
export const cellsIn = (...reports) =>
  reports
    .flatMap(({ testResults }) => testResults.flatMap(({ assertionResults }) => assertionResults))
    .filter(({ title }) => title.split(' | ').length >= 3)
    .map(cellOf);
