import { SpindleError } from '../../errors.js';
import type { ContentRun } from '../file-extents.js';
import type { SourcePlace } from '../source-now.js';
import type { Tree } from '../tree.js';

/** Where the contents of an entry, or of a named stream of it, are. */
export type EntryContents =
  | {
      readonly from: 'source';
      readonly source: SourcePlace;
      /** As the tree has it. */ readonly bytes: number;
    }
  | { readonly from: 'medium'; readonly runs: readonly ContentRun[] }
  | { readonly from: 'memory'; readonly bytes: Uint8Array };

/** Pieces of one file that are told at once; what is written in one go has one. */
const MOST_RUNS = 5000;

export const withoutContents = (what: string): SpindleError =>
  new SpindleError('entry-without-contents', what);

const inMemory = (bytes: Uint8Array): EntryContents => ({ from: 'memory', bytes });

const onMedium = (tree: Tree, entry: number, runs: readonly ContentRun[]): EntryContents => {
  const path = tree.path(entry);
  // What lies on the medium is what zisofs has made of them.
  if (tree.compressions.has(entry))
    throw withoutContents(`${path} was recorded compressed by zisofs, which is not undone here.`);
  if (runs.length > MOST_RUNS)
    throw withoutContents(`${path} lies in ${runs.length} pieces on the medium; ${MOST_RUNS} are followed.`);
  return { from: 'medium', runs };
};

const contentsOf = (tree: Tree, entry: number): EntryContents => {
  const runs = tree.onMedium.runs(entry);
  if (runs) return onMedium(tree, entry, runs);
  const held = tree.onMedium.held(entry);
  if (held) return inMemory(held);
  const origin = tree.origin(entry);
  if (origin.root !== '') return { from: 'source', source: origin, bytes: tree.contentBytes(entry) };
  // An empty file of the session that is continued comes from nowhere; of any other nobody said where it comes from.
  if (tree.contentBytes(entry) > 0) throw new Error(`the contents of entry ${entry} come from nowhere`);
  return inMemory(new Uint8Array());
};

/** @throws SpindleError `entry-without-contents` for what is no regular file. */
export const fileContents = (tree: Tree, entry: number): EntryContents => {
  const kind = tree.kind(entry);
  const path = tree.path(entry);
  if (kind === 'link') throw withoutContents(`${path} is a link to ${tree.target(entry)}.`);
  if (kind !== 'file') throw withoutContents(`${path} is a ${kind ?? 'file of unknown kind'}.`);
  return contentsOf(tree, entry);
};

/** @throws SpindleError `entry-unknown` */
export const streamContents = (tree: Tree, entry: number, name: string): EntryContents => {
  const stream = tree.streamsOf(entry).find((one) => one.name === name);
  if (!stream) throw new SpindleError('entry-unknown', `${tree.path(entry)} has no stream ${name}.`);
  return typeof stream.content === 'number' ? contentsOf(tree, stream.content) : inMemory(stream.content);
};
