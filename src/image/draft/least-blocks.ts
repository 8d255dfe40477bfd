import { blocksFor } from '../../iso9660/block.js';
import { asciiText } from '../../iso9660/names.js';
import { BLOCK } from '../../udf/block.js';
import type { TreeRequest } from '../master-request.js';
import type { Tree } from '../tree.js';
import { ROOT } from '../tree.js';
import type { UdfOptions } from '../udf-options.js';

/** What records take at the very least, whatever names become: of ISO 9660 by ECMA-119 9.1, PX, TF and the head of NM by RRIP 1.12, and file identifiers by ECMA-167 4/14.4. */
const RECORD = 34;
const ROCK_RIDGE = 61;
const IDENTIFIER = 38;
/** Units of a name that no shortening takes away. */
const KEPT = { joliet: 60, udf: 200 } as const;
/** Bytes that fit into an entry of UDF, and more. */
const EMBEDDED = BLOCK;

/** Bytes that a name takes in the directory of one file system. */
type RecordBytes = (name: string, kind: 'file' | 'directory' | 'link') => number;

interface Directories {
  readonly bytes: RecordBytes;
  /** Blocks of one that is smaller. */
  readonly least: number;
}

const directoriesOf = (request: TreeRequest, udf: UdfOptions | undefined): Directories[] => {
  const { iso9660, rockRidge, joliet, enhanced } = request;
  // What ASCII does not have becomes one character, of however many units it was.
  const named = request.asciiNames ? asciiText : (name: string): string => name;
  const unlessLink =
    (bytes: (name: string) => number): RecordBytes =>
    (name, kind) =>
      kind === 'link' ? 0 : bytes(name);
  const primary: RecordBytes = (name, kind) =>
    rockRidge ? RECORD + ROCK_RIDGE + name.length : kind === 'link' ? 0 : RECORD;
  const inJoliet = unlessLink((name) => RECORD + 2 * Math.min(named(name).length, KEPT.joliet) - 2);
  const inUdf = unlessLink((name) => IDENTIFIER + Math.min(named(name).length, KEPT.udf));
  return [
    ...(iso9660 ? [{ bytes: primary, least: 1 }] : []),
    ...(iso9660 && joliet !== false ? [{ bytes: inJoliet, least: 1 }] : []),
    ...(iso9660 && enhanced ? [{ bytes: unlessLink(() => RECORD), least: 1 }] : []),
    ...(udf ? [{ bytes: inUdf, least: udf.embedFiles ? 0 : 1 }] : []),
  ];
};

const KINDS = ['file', 'directory', 'link'] as const;
const recordedKind = (tree: Tree, entry: number) => KINDS.find((kind) => kind === tree.kind(entry));

/** Blocks of all directories, and of their entries in UDF. */
const directoryBlocks = (tree: Tree, request: TreeRequest, udf: UdfOptions | undefined): number => {
  const all = directoriesOf(request, udf);
  let blocks = 0;
  for (const directory of tree.within(ROOT)) {
    if (!tree.isDirectory(directory)) continue;
    for (const { bytes, least } of all) {
      let taken = 0;
      for (const child of tree.childrenOf(directory)) {
        const kind = recordedKind(tree, child);
        if (kind !== undefined) taken += bytes(tree.name(child), kind);
      }
      blocks += least === 0 && taken <= EMBEDDED ? 0 : Math.max(least, blocksFor(taken));
    }
    if (udf) blocks++;
  }
  return blocks;
};

/**
 * Blocks that the image of a tree is certain to have, for all that names may become: contents, each file once and but for what lies on the medium, directories,
 * entries of UDF. What there is around them is not counted.
 */
export const leastBlocks = (tree: Tree, request: TreeRequest, udf: UdfOptions | undefined): number => {
  const mayEmbed = udf?.embedFiles === true && !request.iso9660;
  const files = new Map<string, number>();
  const take = (entry: number): void => {
    if (tree.kind(entry) !== 'file') return;
    const bytes = tree.onMedium.runs(entry) === undefined ? tree.contentBytes(entry) : 0;
    const contents = mayEmbed && bytes < EMBEDDED ? 0 : blocksFor(bytes);
    files.set(tree.identity(entry), contents + (udf ? 1 : 0));
  };
  for (const entry of tree.within(ROOT)) take(entry);
  for (const entry of tree.streamEntries) take(entry);
  let blocks = directoryBlocks(tree, request, udf);
  for (const taken of files.values()) blocks += taken;
  return blocks;
};
