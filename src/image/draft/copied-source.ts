import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

import { SpindleError } from '../../errors.js';
import { openBeneath } from '../../os/openat2.js';
import { pathBytes } from '../../os/path-bytes.js';
import { type PromisedSpace, promiseSpace } from '../../os/promised-space.js';
import { withSpace } from '../../os/space.js';
import { STAT } from '../../os/stat.js';
import type { OpenRoots } from '../roots.js';
import type { ScanOptions } from '../scan.js';
import { SourceReader } from '../source-reader.js';
import { ROOT, type Tree } from '../tree.js';
import { STAGED_ROOT } from './draft-edit.js';

/*
 * A copy of a source is a directory of the staged bodies. In it lies `content`, a file or a directory, and `said`: what the kernel said of each entry of
 * the source, which a copy cannot have by itself unless root makes it. A line is JSON: path within the source, mode, owner, group, and three times in
 * nanoseconds since 1970; then a pair for each attribute that becomes a named stream, its name and its bytes by base64.
 */
const CONTENT = 'content';
const SAID = 'said';
const PIECE = 1024 * 1024;

const ns = z.string().regex(/^-?\d{1,21}$/);
const attribute = z.tuple([z.string(), z.base64()]);
type Attribute = z.infer<typeof attribute>;
const said = z.tuple([z.string(), z.int(), z.int(), z.int(), ns, ns, ns], attribute);

/** Beneath the root of staged bodies. */
export const copiedContent = (body: string): string => `${body}/${CONTENT}`;

/** Words of STAT in the order of a line. */
const NUMBERS = [STAT.mode, STAT.uid, STAT.gid] as const;
const TIMES = [STAT.mtimeNs, STAT.atimeNs, STAT.birthtimeNs] as const;

/** What is copied: the entry `top` of a tree, to a directory that is not there yet. */
export interface Copying {
  readonly tree: Tree;
  readonly top: number;
  readonly roots: OpenRoots;
  /** Absolute path of the body. */
  readonly target: string;
  /** Where room is promised. */
  readonly promises: string;
  /** Is called after each piece. */
  readonly onSome: () => void;
}

/** What users attached to the source; no stream of a source that is copied is a file. */
const attributesOf = (tree: Tree, entry: number): Attribute[] =>
  tree
    .streamsOf(entry)
    .flatMap(({ name, content }) =>
      typeof content === 'number'
        ? []
        : [[name, Buffer.from(content).toString('base64')] satisfies Attribute],
    );

const syncDirectory = (path: Uint8Array): void => {
  const fd = openSync(Buffer.from(path), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

class Copier {
  readonly #copying: Copying;
  readonly #room: PromisedSpace;
  readonly #reader: SourceReader;
  readonly #prefix: string;
  readonly #target: Uint8Array;
  /** Where files with several names were copied to first, by what tells them apart. */
  readonly #first = new Map<string, Buffer>();
  readonly #directories: Buffer[] = [];
  readonly #lines: string[] = [];
  readonly #piece = new Uint8Array(PIECE);
  bytes = 0;
  files = 0;

  constructor(copying: Copying, room: PromisedSpace) {
    this.#copying = copying;
    this.#room = room;
    this.#reader = new SourceReader(copying.roots);
    this.#prefix = copying.tree.path(copying.top);
    this.#target = pathBytes(`${copying.target}/${CONTENT}`);
  }

  run(): void {
    const { tree, top, target } = this.#copying;
    mkdirSync(target, { recursive: true, mode: 0o700 });
    try {
      for (const entry of tree.within(top)) this.#copy(entry);
    } finally {
      this.#reader.close();
    }
    this.#write(Buffer.from(`${target}/${SAID}`), [Buffer.from(this.#lines.join(''))]);
    for (const directory of this.#directories.reverse()) syncDirectory(directory);
    for (const directory of [target, dirname(target)]) syncDirectory(Buffer.from(directory));
  }

  #copy(entry: number): void {
    const { tree } = this.#copying;
    const within = tree.path(entry).slice(this.#prefix.length);
    const path = Buffer.concat([this.#target, pathBytes(within)]);
    const numbers = NUMBERS.map((word) => tree.number(entry, word));
    const times = TIMES.map((word) => String(tree.timeNs(entry, word)));
    this.#lines.push(`${JSON.stringify([within, ...numbers, ...times, ...attributesOf(tree, entry)])}\n`);
    this.#make(entry, path, within);
  }

  #make(entry: number, path: Buffer, within: string): void {
    const { tree } = this.#copying;
    const kind = tree.kind(entry);
    if (kind === 'file') this.#copyFile(entry, path);
    else if (kind === 'link') symlinkSync(Buffer.from(pathBytes(tree.target(entry))), path);
    else if (kind === 'directory') {
      mkdirSync(path, { mode: 0o700 });
      this.#directories.push(path);
    } else throw new SpindleError('source-unsupported', `${within} is a ${kind}, which cannot be copied.`);
  }

  #copyFile(entry: number, path: Buffer): void {
    const { tree } = this.#copying;
    const known = this.#first.get(tree.identity(entry));
    if (known) {
      linkSync(known, path);
      return;
    }
    if (tree.number(entry, STAT.links) > 1) this.#first.set(tree.identity(entry), path);
    this.#reader.open(tree.source(entry));
    this.#write(path, this.#contentOf(tree.contentBytes(entry)));
    this.#reader.finish();
    this.files++;
  }

  *#contentOf(size: number): Generator<Uint8Array> {
    for (let done = 0; done < size;) {
      const piece = this.#piece.subarray(0, Math.min(PIECE, size - done));
      this.#reader.read(piece, done);
      yield piece;
      done += piece.length;
      this.bytes += piece.length;
      this.#room.used(piece.length);
      this.#copying.onSome();
    }
  }

  #write(path: Buffer, pieces: Iterable<Uint8Array>): void {
    withSpace(this.#copying.target, () => {
      const fd = openSync(path, 'wx', 0o600);
      try {
        for (const piece of pieces) for (let at = 0; at < piece.length;) at += writeSync(fd, piece, at);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    });
  }
}

const bytesOf = ({ tree, top }: Copying): number => {
  const files = new Map<string, number>();
  for (const entry of tree.within(top)) files.set(tree.identity(entry), tree.contentBytes(entry));
  return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
};

/**
 * Copies a source and syncs it; nothing of it is named yet. Whoever asked removes what there is after a failure.
 * @throws SpindleError `space-exhausted` before anything is written, `source-changed`, `source-unsupported`, …
 */
export const copySource = (copying: Copying): { readonly bytes: number; readonly files: number } => {
  const { promises, target } = copying;
  const room = promiseSpace(promises, { path: dirname(target), bytes: bytesOf(copying), what: 'the copy' });
  try {
    const copier = new Copier(copying, room);
    copier.run();
    return { bytes: copier.bytes, files: copier.files };
  } finally {
    room.release();
  }
};

type Said = z.infer<typeof said>;

const sayRow = (
  tree: Tree,
  entry: number,
  [, mode, user, group, modified, accessed, created]: Said,
): void => {
  for (const [index, word] of NUMBERS.entries())
    tree.said.say(entry, word, BigInt([mode, user, group][index] ?? 0));
  tree.said.say(entry, STAT.mtimeNs, BigInt(modified));
  // No source is compared by these, and nobody said them but the kernel.
  tree.set(entry, STAT.atimeNs, BigInt(accessed));
  tree.set(entry, STAT.birthtimeNs, BigInt(created));
};

type Attached = [name: string, value: Uint8Array];
const attachedIn = ([, , , , , , , ...attributes]: Said): Attached[] =>
  attributes.map(([name, content]) => [name, Buffer.from(content, 'base64')]);

/** What was said of the entries of a source that was copied, by their paths within it. */
const readSaid = (roots: OpenRoots, body: string): Map<string, Said> => {
  const fd = openBeneath(roots.descriptor(STAGED_ROOT), `${body}/${SAID}`);
  try {
    const lines = readFileSync(fd, 'utf8').split('\n');
    const rows = lines.filter((line) => line !== '').map((line) => said.parse(JSON.parse(line)));
    return new Map(rows.map((row) => [row[0], row]));
  } finally {
    closeSync(fd);
  }
};

/** Says of the entries of a copy what was said of its source; `top` is the entry that the copy has become, or that it has come into. */
export const sayCopied = (
  tree: Tree,
  top: number,
  { body, roots, attributes }: { readonly body: string } & Pick<ScanOptions, 'roots' | 'attributes'>,
): void => {
  const told = readSaid(roots, body);
  const prefix = top === ROOT ? '' : tree.path(top);
  for (const entry of tree.within(top)) {
    const within = entry === top ? '' : tree.path(entry).slice(prefix.length);
    const row = told.get(within);
    if (!row) continue; // it was there before
    const { root, path } = tree.origin(entry);
    const isCopy = root === STAGED_ROOT && path === copiedContent(body) + within;
    // A directory that was there keeps what it had, as where sources merge.
    if (isCopy) sayRow(tree, entry, row);
    if (attributes) tree.attachMissing(entry, attachedIn(row));
  }
};
