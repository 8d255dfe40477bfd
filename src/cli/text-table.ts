const clipped = (line: string, width: number): string =>
  line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;

/** Columns of equal width, two blanks apart; the last column is left ragged, and lines end at `width`. */
export const textTable = (
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width = Infinity,
): string => {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join('  '),
    )
    .map((line) => clipped(line, width))
    .join('\n');
};
