import { type ErrorItem, SpindleError } from '../errors.js';
import { LONGEST_PATH } from '../iso9660/longest-path.js';
import { textBytes } from '../udf/text.js';
import type { Volume } from './bridge.js';
import type { Hierarchy } from './hierarchy.js';
import { ROOT } from './tree.js';

/** Rules of ISO 9660 that a longest path does not go together with. */
const LIFTED_BY: readonly string[] = ['deep-paths', 'long-names'];

/** OSTA UDF 1.02 to 2.00: bytes of a path; later revisions have no such limit (unverified, as is how the bytes are counted). */
const LONGEST_UDF = 1023;
const LIMITED_UDF = 0x0200;

/** Paths that are listed in one failure. */
const MOST_LISTED = 1000;

interface Limited {
  readonly hierarchy: Hierarchy;
  readonly fileSystem: 'iso9660' | 'udf';
  readonly name: string;
  readonly bytes: (identifier: string) => number;
  readonly most: number;
}

const limitsOf = ({ iso, udf, request }: Volume): Limited[] => {
  const isLifted = request.relaxed.some((rule) => LIFTED_BY.includes(rule));
  const plain = iso && !isLifted ? iso.primary.hierarchy : undefined;
  const named = udf && udf.options.rules.word <= LIMITED_UDF ? udf.udf.hierarchy : undefined;
  const limits: (Limited | undefined)[] = [
    plain && {
      hierarchy: plain,
      fileSystem: 'iso9660',
      name: 'ISO 9660',
      bytes: ({ length }) => length,
      most: LONGEST_PATH,
    },
    named && { hierarchy: named, fileSystem: 'udf', name: 'UDF', bytes: textBytes, most: LONGEST_UDF },
  ];
  return limits.filter((limit) => limit !== undefined);
};

/** A file with a path that is too long. */
interface LongPath extends Pick<Limited, 'fileSystem' | 'name' | 'most'> {
  readonly entry: number;
  readonly bytes: number;
}

function* tooLong({ tree }: Volume, { hierarchy, bytes, ...limit }: Limited): Generator<LongPath> {
  const lengths = new Map<number, number>([[ROOT, 0]]);
  // Parents come first.
  for (const directory of hierarchy.directories) {
    const before = lengths.get(directory) ?? 0;
    for (const entry of hierarchy.children.get(directory) ?? []) {
      if (entry < 0) continue;
      const length = before + bytes(hierarchy.identifier(entry));
      if (tree.isDirectory(entry)) lengths.set(entry, length + 1);
      else if (length > limit.most) yield { ...limit, entry, bytes: length };
    }
  }
}

/** Files whose path is longer than a file system allows that is made, one file system after the other. */
export function* pathsTooLong(volume: Volume): Generator<LongPath> {
  for (const limited of limitsOf(volume)) yield* tooLong(volume, limited);
}

/** Refuses paths that are longer than the file systems allow which are made. @throws SpindleError `path-too-long` */
export const refuseLongPaths = (volume: Volume): void => {
  const errors: ErrorItem[] = [];
  for (const { entry, name, bytes, most } of pathsTooLong(volume)) {
    const message = `has a path of ${bytes} bytes in ${name}, which allows ${most}`;
    errors.push({ pointer: volume.tree.path(entry), message });
    if (errors.length === MOST_LISTED) break;
  }
  const [first] = errors;
  if (first) throw new SpindleError('path-too-long', `${first.pointer} ${first.message}.`, { errors });
};
