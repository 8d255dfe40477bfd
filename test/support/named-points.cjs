/*
 * Preloaded into every process and thread of a test daemon (`--require`): notes each named point that is passed in
 * SPINDLE_TEST_POINTS/passed, and holds the thread that comes to the armed one until the test says `go`.
 */
const { subscribe } = require('node:diagnostics_channel');
const { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = process.env.SPINDLE_TEST_POINTS;
const cell = new Int32Array(new SharedArrayBuffer(4));
const POLL_MS = 5;

const journalName = ({ kind, phase }) => (phase === undefined ? kind : `${kind} ${phase}`);

/** Names of files carry ids, which differ each time. */
const fileName = (path) => {
  const parts = path.split('/');
  return parts.at(-1).replace(/^[0-9A-Z]{26}\./, '');
};

/** A transaction that folds several entries is that of each of them: how they come together is left to chance. */
const namesOf = (point) => {
  if (point.at === 'file') return [`file ${fileName(point.path)}`];
  if (point.at === 'journal') return [`journal ${journalName(point.entry)}`];
  if (point.at === 'migration') return ['migration'];
  const { verb, args } = point;
  if (verb === 'fold') return args[0].map((entry) => `transaction fold ${journalName(entry)}`);
  if (verb === 'announce') return [...new Set(args[0].map(({ kind }) => `transaction announce ${kind}`))];
  return [`transaction ${verb}`];
};

const readArmed = () => {
  try {
    return JSON.parse(readFileSync(join(folder, 'armed'), 'utf8'));
  } catch {
    return undefined;
  }
};

/** Whether this is the passage that was armed: the first, the second, …, whatever process it is in. */
const isDue = ({ turn, nth }) => {
  for (let count = 1; count <= nth; count += 1) {
    try {
      mkdirSync(join(folder, `count-${turn}-${count}`));
      return count === nth;
    } catch {
      // it was counted before
    }
  }
  return false;
};

const hold = ({ turn, name }) => {
  const told = join(folder, `reached-${turn}`);
  writeFileSync(`${told}.part`, JSON.stringify({ pid: process.pid, name }));
  renameSync(`${told}.part`, told);
  while (!existsSync(join(folder, `go-${turn}`))) Atomics.wait(cell, 0, 0, POLL_MS);
};

if (folder !== undefined) {
  subscribe('spindle:named-point', ({ side, point }) => {
    const names = namesOf(point).map((name) => `${side} ${name}`);
    for (const name of names) appendFileSync(join(folder, 'passed'), `${process.pid} ${name}\n`);
    const armed = readArmed();
    if (armed !== undefined && names.includes(armed.name) && isDue(armed)) hold(armed);
  });
}
