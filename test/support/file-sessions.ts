import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

import type { Base } from '../../src/image/import/base.js';
import { listedBase } from '../../src/image/import/base-digests.js';
import { readBase } from '../../src/image/import/base.js';
import { fileBlocks } from '../../src/image/import/file-blocks.js';
import type { ImportedFileSystem } from '../../src/image/import/file-systems.js';
import { emitImage } from '../../src/image/emit.js';
import { master, type Mastered } from '../../src/image/master.js';
import type { TreeRequest } from '../../src/image/master-request.js';
import { openRoots } from '../../src/image/roots.js';

const BLOCK = 2048;

/** What a medium would hold that sessions were recorded on, as a file: all blocks from 0 on. */
export interface AppendedSession {
  readonly base: Base;
  readonly mastered: Mastered;
  /** First block of the session. */
  readonly start: number;
}

/** Adds a session to the file that goes on with the one at block `from`; `gap` blocks lie between them. */
export const appendSession = async (
  file: string,
  folder: string,
  {
    request,
    from = 0,
    gap = 0,
    view,
    end,
  }: {
    readonly request: TreeRequest;
    readonly from?: number;
    readonly gap?: number;
    readonly view?: ImportedFileSystem;
    /** The session is looked at as if nothing lay behind this block. */
    readonly end?: number;
  },
): Promise<AppendedSession> => {
  const fd = openSync(file, 'r+');
  const roots = openRoots([{ name: 'tree', path: folder }]);
  try {
    const start = Math.ceil(fstatSync(fd).size / BLOCK) + gap;
    const blocks = fileBlocks(fd);
    const base = await readBase(
      { ...blocks, blocks: end ?? blocks.blocks },
      {
        start: from,
        view,
        listed: listedBase(request),
      },
    );
    const mastered = master({ ...request, startBlock: start }, { roots, onEntries: () => undefined, base });
    let at = start * BLOCK;
    await emitImage(mastered.contents, {
      roots,
      signal: new AbortController().signal,
      onBytes: () => undefined,
      write: (bytes) => {
        at += writeSync(fd, bytes, 0, bytes.length, at);
      },
    });
    return { base, mastered, start };
  } finally {
    roots.close();
    closeSync(fd);
  }
};
