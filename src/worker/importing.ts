/**
 * The process that imports a session for a draft: reads its tree from the medium, keeps what it has read, so that the draft needs no medium until it
 * is mastered, and ends. What it reads strangers have made; whoever started it caps its heap. See import-protocol.ts.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { keepingBlocks } from '../image/import/kept-blocks.js';
import { syncName } from '../os/atomic-file.js';
import { PromisedPieces } from '../os/promised-pieces.js';
import { withSpaceAsync } from '../os/space.js';
import { runErrand, say } from './errand.js';
import {
  type ImportArgument,
  importArgument,
  type ImportFrame,
  type ImportResult,
} from './import-protocol.js';
import { openMediumBlocks } from './medium-blocks.js';
import { importProgress, toldProgress, type UntoldProgress } from './making-progress.js';
import { readSession } from './read-session.js';
import { seldom } from './seldom.js';

const tell = seldom((progress: UntoldProgress) => {
  const frame: ImportFrame = { op: 'progress', progress: toldProgress(progress) };
  void say(frame);
});

const importSession = async ({ session, output, promises }: ImportArgument): Promise<ImportResult> => {
  const room = new PromisedPieces(promises, { path: output, what: 'what is read of the medium' });
  const fd = openSync(output, 'wx', 0o600);
  const { onRead, onEntry } = importProgress(tell);
  const reader = openMediumBlocks(session.end, onRead);
  try {
    const { base } = await withSpaceAsync(output, () =>
      readSession(keepingBlocks(reader, { fd, room }), session, { onEntry }),
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

await runErrand(async (json): Promise<ImportFrame> => {
  const argument = importArgument.parse(JSON.parse(json));
  return { op: 'result', result: await importSession(argument) };
});
