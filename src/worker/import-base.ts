import type { z } from 'zod';
import { SpindleError } from '../errors.js';
import { type Base, readBase } from '../image/import/base.js';
import { listedBase } from '../image/import/base-digests.js';
import { ANCHOR_BLOCK, refuseUdfGrowth } from '../image/grown-udf.js';
import type { GrownPlaces } from '../image/growth-image.js';
import { openMediumBlocks } from './medium-blocks.js';
import type { masteringArgument } from './mastering-protocol.js';

type Argument = z.infer<typeof masteringArgument>;

/** Blocks at the beginning of an overwritable medium that hold its volume's descriptors: a whole ECC block of every kind. */
const HEAD_BLOCKS = 32;

/** What is continued, as it was read from the medium. */
export interface ImportedBase {
  readonly base: Base;
  readonly recording: string;
  /** Of an overwritable medium, whose volume grows. */
  readonly growth: GrownPlaces | undefined;
}

/** Reads the session that the image is to continue through its drive; undefined where there is none to continue. */
export const importBase = async (
  { base: wanted, request }: Argument,
  onRead: (blocks: number) => void,
): Promise<ImportedBase | undefined> => {
  if (!wanted) return undefined;
  const asked = 'image' in request ? { udf: false as const, manifest: undefined, remove: [] } : request;
  const { start, end, fileSystem, recording, unit } = wanted;
  const reader = openMediumBlocks(end, onRead);
  try {
    const view = fileSystem === 'auto' ? undefined : fileSystem;
    const base = await readBase(reader, { start, view, listed: listedBase(asked) });
    if (unit === undefined) return { base, recording, growth: undefined };
    refuseUdfGrowth(base, asked);
    if (HEAD_BLOCKS % unit !== 0)
      throw new SpindleError('base-unsuitable', `The medium is written in units of ${unit} blocks.`);
    const head = await reader.read(0, HEAD_BLOCKS);
    const anchor = base.udf && { anchor: await reader.read(ANCHOR_BLOCK, HEAD_BLOCKS) };
    return { base, recording, growth: { unit, head, ...anchor } };
  } finally {
    reader.close();
  }
};
