/**
 * The process that imports a session for a draft: reads its tree from the medium, keeps what it has read, so that the draft needs no medium until it
 * is mastered, and ends. Or it lists what sessions hold, and keeps nothing. What it reads strangers have made; whoever started it caps its heap.
 * See import-protocol.ts.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import type { BlockReader } from '../image/import/block-reader.js';
import { keepingBlocks } from '../image/import/kept-blocks.js';
import { listVolumes } from '../image/import/listed-volumes.js';
import { syncName } from '../os/atomic-file.js';
import { PromisedPieces } from '../os/promised-pieces.js';
import { withSpaceAsync } from '../os/space.js';
import { runErrand, say } from './errand.js';
import {
  type ImportArgument,
  type ImportFrame,
  importingArgument,
  type ImportResult,
  type ListArgument,
  type ListFrame,
  type ListResult,
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
    const { view, views, volumeIdentifier, volumeNames, entries } = base;
    return {
      fileSystem: view,
      fileSystems: [...views],
      volumeIdentifier,
      volumeIdentifiers: volumeNames,
      entries: entries.length - 1, // the root is no entry of its own
    };
  } finally {
    reader.close();
    room.release();
    closeSync(fd);
  }
};

/** Each as if the medium ended with it, so that the last of its blocks is the one that it was closed with. */
const upTo = (reader: BlockReader, end: number): BlockReader => ({
  blocks: end,
  read: (first, count) => reader.read(first, count),
});

const listSessions = async ({ sessions }: ListArgument): Promise<ListResult> => {
  const reader = openMediumBlocks(Math.max(0, ...sessions.map(({ end }) => end)), () => undefined);
  try {
    const listed: ListResult['sessions'] = [];
    for (const { start, end } of sessions) listed.push(await listVolumes(upTo(reader, end), start));
    return { sessions: listed };
  } finally {
    reader.close();
  }
};

await runErrand(async (json): Promise<ImportFrame | ListFrame> => {
  const argument = importingArgument.parse(JSON.parse(json));
  return argument.do === 'list'
    ? { op: 'result', result: await listSessions(argument) }
    : { op: 'result', result: await importSession(argument) };
});
