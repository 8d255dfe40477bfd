import { FILE_TYPE } from '../../udf/file-entry.js';
import { foreignIdentifiers } from '../../udf/foreign-identifiers.js';
import {
  contentsOfIcb,
  type Problem,
  type ReadIcb,
  readContents,
  readIcb,
  type UdfContents,
} from './udf-icb.js';
import type { UdfSpace } from './udf-icb.js';

/** A named stream of a file or directory. */
export interface UdfStream {
  readonly name: string;
  readonly size: number;
  readonly contents: UdfContents;
}

const NO_STREAMS: readonly UdfStream[] = [];

/** The names in a directory of streams; undefined, and told, where it cannot be read or is none. */
const namesOf = async (
  space: UdfSpace,
  { entry }: ReadIcb,
  problem: Problem,
): Promise<Uint8Array | undefined> => {
  const icb = entry.streams && (await readIcb(space, entry.streams, problem));
  if (!icb) return undefined;
  if (icb.entry.fileType === FILE_TYPE.streamDirectory)
    return readContents(space, await contentsOfIcb(space, icb, problem), problem);
  problem('entry-malformed', 'What should name its streams is no directory of streams.', icb.at);
  return undefined;
};

/** OSTA UDF 2.00 3.3.5: the streams of a file, which a directory of their own names. */
export const readStreams = async (
  space: UdfSpace,
  file: ReadIcb,
  problem: Problem,
): Promise<readonly UdfStream[]> => {
  const names = await namesOf(space, file, problem);
  if (!names) return NO_STREAMS;
  const streams = new Map<string, UdfStream>();
  for (const found of foreignIdentifiers(names)) {
    if ('reason' in found) {
      problem('record-malformed', `Among its streams, at byte ${found.offset}: ${found.reason}.`);
      break;
    }
    const { name, deleted, parent, icb: place } = found;
    if (deleted || parent || name === '') continue;
    if (!space.budget.spend(1)) {
      problem('volume-too-costly', 'It has more streams than the volume can have.');
      break;
    }
    const icb = await readIcb(space, place, problem);
    if (!icb) continue;
    const contents = await contentsOfIcb(space, icb, problem);
    streams.set(name, { name, size: Number(icb.entry.informationLength), contents });
  }
  return [...streams.values()];
};
