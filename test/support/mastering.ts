import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SpindleError } from '../../src/errors.js';
import { type MasterRequest, treeRequest, type TreeRequest } from '../../src/image/master-request.js';
import { emitImage } from '../../src/image/emit.js';
import { emitToFile } from '../../src/image/image-output.js';
import { master, type Mastered } from '../../src/image/master.js';
import { openRoots } from '../../src/image/roots.js';

/** A fixed time: images of tests depend on no clock. 2024-11-22 12:53:20 UTC. */
export const CREATED_AT_NS = 1_732_280_000_000_000_000n;

/** Of a daemon without drives. */
export const noMedium = (): Promise<never> =>
  Promise.reject(new SpindleError('drive-unknown', 'There is no drive.'));

/** A folder of its own for one test file, removed by `remove`. */
export const scratchFolder = (name: string): { readonly path: string; readonly remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), `spindle-${name}-`));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
};

/** A request for one directory as the root of the disc; a test states only what differs. */
export const aTreeRequest = (differences: Partial<TreeRequest> = {}): TreeRequest => ({
  ...treeRequest.parse({
    sources: [{ at: '/', root: 'tree' }],
    volumeIdentifier: 'Test volume',
    createdAtNs: CREATED_AT_NS,
  }),
  ...differences,
});

/** Masters what lies in `folder`, which is the root named `tree`. */
export const masterFolder = (folder: string, request: MasterRequest = aTreeRequest()): Mastered =>
  master(request, { roots: openRoots([{ name: 'tree', path: folder }]), onEntries: () => undefined });

const quietly = (folder: string) => ({
  roots: openRoots([{ name: 'tree', path: folder }]),
  signal: new AbortController().signal,
  onBytes: () => undefined,
});

/** Writes the image of a folder to a file. */
export const writeIso = async (folder: string, path: string, request?: MasterRequest): Promise<Mastered> => {
  const mastered = masterFolder(folder, request);
  await emitToFile(mastered.contents, path, quietly(folder));
  return mastered;
};

const isZero = (bytes: Uint8Array): boolean => {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 8));
  return words.every((word) => word === 0n) && bytes.subarray(words.length * 8).every((byte) => byte === 0);
};

/** The same with holes for what is zero, for images larger than a test should write. */
export const writeSparseIso = async (
  folder: string,
  path: string,
  request?: MasterRequest,
): Promise<Mastered> => {
  const mastered = masterFolder(folder, request);
  const fd = openSync(path, 'w');
  let at = 0;
  const write = (bytes: Uint8Array): void => {
    if (!isZero(bytes)) writeSync(fd, bytes, 0, bytes.length, at);
    at += bytes.length;
  };
  await emitImage(mastered.contents, { ...quietly(folder), write });
  writeSync(fd, new Uint8Array(1), 0, 1, at - 1);
  closeSync(fd);
  return mastered;
};

/** All bytes of the image of a folder; for small ones. */
export const isoBytes = async (folder: string, request?: MasterRequest): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  await emitImage(masterFolder(folder, request).contents, {
    ...quietly(folder),
    write: (bytes) => void pieces.push(Buffer.from(bytes)),
  });
  return Buffer.concat(pieces);
};
