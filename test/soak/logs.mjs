import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ERROR = 50;

/**
 * Errors in a log that this run itself brings about, each with its reason. Anything else at level `error` or above is
 * a violation.
 */
const FORESEEN = [
  {
    pattern: /a virtual drive could not be switched on \(drive-absent .* was ended by SIGKILL;/,
    why: 'homes are killed, one that was just coming up among them',
  },
];

const parse = (line) => {
  try {
    return JSON.parse(line);
  } catch {
    return line.trim() === '' ? undefined : { level: ERROR, msg: line };
  }
};

const linesOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);

/** What daemon, workers and homes have called an error, each message once with its number. */
export const errorsInLogs = ({ places }) => {
  const folder = path.join(places.state, 'log');
  const files = [
    places.log,
    ...(existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : []),
  ];
  const found = new Map();
  for (const file of files)
    for (const line of linesOf(file)) {
      const entry = parse(line);
      if (!entry || !(entry.level >= ERROR)) continue;
      const who = path.basename(file).replace(/-.*/, '');
      const key =
        `${who}: ${entry.msg}${entry.err ? ` (${entry.err.code ?? ''} ${entry.err.message})` : ''}`.replaceAll(
          /[0-9A-Z]{26}/g,
          '<id>',
        );
      const known = found.get(key) ?? {
        number: 0,
        example: line,
        foreseen: FORESEEN.find(({ pattern }) => pattern.test(key))?.why,
      };
      known.number += 1;
      found.set(key, known);
    }
  return [...found].map(([message, row]) => ({ message, ...row }));
};
