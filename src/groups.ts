import { readFileSync } from 'node:fs';

/** Numbers of groups by name, from /etc/group; names that do not exist are left out, numbers are taken as they are. */
export const groupIds = (names: readonly string[], file = '/etc/group'): number[] => {
  const known = new Map(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , id = '']) => [name, Number(id)] as const),
  );
  return names.flatMap((name) => (/^\d+$/.test(name) ? Number(name) : (known.get(name) ?? [])));
};
