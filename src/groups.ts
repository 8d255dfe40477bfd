import { readFileSync } from 'node:fs';
import { SpindleError } from './errors.js';

const groupsOf = (file: string): (readonly [name: string, id: number])[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , id = '']) => [name, Number(id)]);

/** What people call a group; its number where it has no name. */
export const groupName = (id: number, file = '/etc/group'): string =>
  groupsOf(file).find(([name, other]) => name !== '' && other === id)?.[0] ?? String(id);

/**
 * Numbers of groups by name, from /etc/group; numbers are taken as they are.
 * @throws SpindleError `configuration-invalid`, naming those that do not exist: who mistypes one would let nobody in.
 */
export const groupIds = (names: readonly string[], file = '/etc/group'): number[] => {
  const known = new Map(groupsOf(file));
  const numberOf = (name: string) => (/^\d+$/.test(name) ? Number(name) : known.get(name));
  const unknown = names.filter((name) => numberOf(name) === undefined);
  if (unknown.length > 0)
    throw new SpindleError('configuration-invalid', `groups: ${file} has no ${unknown.join(', ')}`);
  return names.flatMap((name) => numberOf(name) ?? []);
};
