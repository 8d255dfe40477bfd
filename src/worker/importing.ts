/**
 * The process that imports a session for a draft: reads its tree from the medium, keeps what it has read, so that the draft needs no medium until it
 * is mastered, and ends. What it reads strangers have made; whoever started it caps its heap. See import-protocol.ts.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { isSpindleError, toFailure } from '../errors.js';
import { keepingBlocks } from '../image/import/kept-blocks.js';
import { syncName } from '../os/atomic-file.js';
import { PromisedPieces } from '../os/promised-pieces.js';
import { withSpaceAsync } from '../os/space.js';
import { fitInFrame } from './fit-in-frame.js';
import { encodeFrame } from './frames.js';
import {
  type ImportArgument,
  importArgument,
  type ImportFrame,
  type ImportResult,
} from './import-protocol.js';
import { openMediumBlocks } from './medium-blocks.js';
import { readSession } from './read-session.js';

const PROGRESS_INTERVAL_MS = 250;
const ORPHAN_CHECK_MS = 500;

const say = (frame: ImportFrame): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(encodeFrame(frame), () => {
      resolve();
    });
  });

let toldAt = -Infinity;
const tell = (done: number): void => {
  const now = performance.now();
  if (now - toldAt < PROGRESS_INTERVAL_MS) return;
  toldAt = now;
  void say({ op: 'progress', done, total: done + 1 }); // nobody knows how much there will be to read
};

const importSession = async ({ session, output, promises }: ImportArgument): Promise<ImportResult> => {
  const room = new PromisedPieces(promises, { path: output, what: 'what is read of the medium' });
  const fd = openSync(output, 'wx', 0o600);
  const reader = openMediumBlocks(session.end, tell);
  try {
    const { base } = await withSpaceAsync(output, () =>
      readSession(keepingBlocks(reader, { fd, room }), session),
    );
    fsyncSync(fd);
    syncName(output);
    const { view, views, volumeIdentifier, entries } = base;
    // The root is no entry of its own.
    return { fileSystem: view, fileSystems: [...views], volumeIdentifier, entries: entries.length - 1 };
  } finally {
    reader.close();
    room.release();
    closeSync(fd);
  }
};

const answer = async (): Promise<ImportFrame> => {
  try {
    const argument = importArgument.parse(JSON.parse(await text(process.stdin)));
    return { op: 'result', result: await importSession(argument) };
  } catch (error) {
    if (!isSpindleError(error)) console.error(error);
    const { errors, ...failure } = toFailure(error);
    return { op: 'failure', failure: { ...failure, ...(errors && { errors: fitInFrame(errors).kept }) } };
  }
};

/** Nobody waits for what a process reads whose daemon was killed; the next one removes it. */
const daemon = process.ppid;
setInterval(() => {
  if (process.ppid !== daemon) process.exit(1);
}, ORPHAN_CHECK_MS).unref();
process.on('SIGHUP', () => undefined);

const last = await answer();
await say(last);
process.exit(last.op === 'result' ? 0 : 1);
