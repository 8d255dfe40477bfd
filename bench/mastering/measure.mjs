import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @typedef {{ readonly wall: number, readonly cpu: number, readonly rss: number }} Cost seconds, seconds, MiB */
/** @typedef {{ readonly name: string, readonly command: readonly string[] }} Program */

/** @param {string} tool */
export const has = (tool) => spawnSync('which', [tool], { stdio: 'ignore' }).status === 0;

/**
 * What a program and its children cost whose standard output another process reads through a pipe and drops. Peak memory is
 * that of its largest process; none of them has several.
 *
 * @param {readonly string[]} command
 * @param {string} scratch
 * @returns {Cost}
 */
export const measure = (command, scratch) => {
  const report = path.join(scratch, 'time');
  const script =
    'set -o pipefail; report=$1; shift; /usr/bin/time -f "%e %U %S %M" -o "$report" "$@" | cat > /dev/null';
  execFileSync('bash', ['-c', script, 'bash', report, ...command], { stdio: ['ignore', 'inherit', 'pipe'] });
  const [wall = 0, user = 0, system = 0, kibibytes = 0] = readFileSync(report, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  return { wall, cpu: user + system, rss: kibibytes / 1024 };
};

/** @param {readonly number[]} values */
export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/**
 * Runs all programs in turn, round after round, so that what else the machine does meets all of them alike.
 *
 * @param {readonly Program[]} programs
 * @param {number} rounds
 * @param {string} scratch
 * @returns {Map<string, Cost>} medians by name
 */
export const compare = (programs, rounds, scratch) => {
  /** @type {Map<string, Cost[]>} */
  const costs = new Map(programs.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const { name, command } of programs) costs.get(name)?.push(measure(command, scratch));
  const medianOf = (/** @type {Cost[]} */ all, /** @type {keyof Cost} */ key) =>
    median(all.map((cost) => cost[key]));
  return new Map(
    Array.from(costs, ([name, all]) => [
      name,
      { wall: medianOf(all, 'wall'), cpu: medianOf(all, 'cpu'), rss: medianOf(all, 'rss') },
    ]),
  );
};
