import { readFileSync } from 'node:fs';
import { SpindleError } from './errors.js';

/**
 * Numbers of groups by name, from /etc/group; numbers are taken as they are.
 * @throws SpindleError `configuration-invalid`, naming those that do not exist: who mistypes one would let nobody in.
 */
export const groupIds = (names: readonly string[], file = '/etc/group'): number[] => {
  const known = new Map(
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , id = '']) => [name, Number(id)] as const),
  );
  const numberOf = (name: string) => (/^\d+$/.test(name) ? Number(name) : known.get(name));
  const unknown = names.filter((name) => numberOf(name) === undefined);
  if (unknown.length > 0)
    throw new SpindleError('configuration-invalid', `groups: ${file} has no ${unknown.join(', ')}`);
  return names.flatMap((name) => numberOf(name) ?? []);
};
