import { LayoutError } from '../../binary/codec.js';
import type { ValuesOf } from '../../binary/layout.js';
import { sameBytes } from '../../binary/same-bytes.js';
import { BLOCK } from '../../iso9660/block.js';
import {
  bootRecord,
  DESCRIPTOR_TYPE,
  foreignVolumeDescriptor,
  isJolietEscape,
  volumeDescriptorHead,
  volumeNames,
} from '../../iso9660/descriptor.js';
import { SYSTEM_AREA_BLOCKS } from '../../iso9660/volume-descriptors.js';
import type { BlockReader } from './block-reader.js';
import type { Report } from './findings.js';
import { isOfRecognition, MOST_DESCRIPTORS } from './udf-recognition.js';

/** A descriptor of a hierarchy, and the block in which it stands. */
export interface HierarchyDescriptor {
  readonly block: number;
  readonly bytes: Uint8Array;
  readonly values: ValuesOf<typeof foreignVolumeDescriptor>;
  readonly volumeIdentifier: string;
}

/** What the volume descriptors of one session say; `start` is the block at which the session begins. */
export interface IsoDescriptors {
  readonly start: number;
  readonly primary: HierarchyDescriptor;
  readonly joliet: HierarchyDescriptor | undefined;
  /** ISO 9660:1999. */
  readonly enhanced: HierarchyDescriptor | undefined;
  /** Block of the boot catalog of El Torito, and of the boot record that names it. */
  readonly bootCatalog: number | undefined;
  readonly bootRecord: number | undefined;
  /** The blocks in which descriptors stand. */
  readonly blocks: number;
}

const EL_TORITO = 'EL TORITO SPECIFICATION';

const hierarchyOf = (block: number, bytes: Uint8Array, joliet: boolean): HierarchyDescriptor => ({
  block,
  bytes,
  values: foreignVolumeDescriptor.decode(bytes),
  volumeIdentifier: (joliet ? volumeNames.ucs2 : volumeNames.ascii).decode(bytes).volumeIdentifier,
});

interface Found {
  primary?: HierarchyDescriptor;
  joliet?: HierarchyDescriptor;
  enhanced?: HierarchyDescriptor;
  bootCatalog?: number;
  bootRecord?: number;
  ended: boolean;
}

type Take = (found: Found, descriptor: { block: number; bytes: Uint8Array; report: Report }) => void;

const takePrimary: Take = (found, { block, bytes, report }) => {
  if (found.primary === undefined) found.primary = hierarchyOf(block, bytes, false);
  else if (!sameBytes(found.primary.bytes, bytes))
    report({
      code: 'primary-descriptor-repeated',
      block,
      detail: `The first one stands in block ${found.primary.block}.`,
    });
};

const takeSupplementary: Take = (found, { block, bytes }) => {
  const { escapeSequences, version } = foreignVolumeDescriptor.decode(bytes);
  if (version === 2) found.enhanced ??= hierarchyOf(block, bytes, false);
  else if (isJolietEscape(escapeSequences)) found.joliet ??= hierarchyOf(block, bytes, true);
};

const takeBoot: Take = (found, { block, bytes }) => {
  const { bootSystemIdentifier, bootCatalog } = bootRecord.decode(bytes);
  if (bootSystemIdentifier !== EL_TORITO || found.bootCatalog !== undefined) return;
  found.bootCatalog = bootCatalog;
  found.bootRecord = block;
};

const TAKES: Readonly<Record<number, Take>> = {
  [DESCRIPTOR_TYPE.boot]: takeBoot,
  [DESCRIPTOR_TYPE.primary]: takePrimary,
  [DESCRIPTOR_TYPE.supplementary]: takeSupplementary,
  [DESCRIPTOR_TYPE.partition]: () => undefined,
  [DESCRIPTOR_TYPE.terminator]: (found) => (found.ended = true),
};

/** Whether the sequence goes on behind this block. */
const take = (found: Found, descriptor: { block: number; bytes: Uint8Array; report: Report }): boolean => {
  const { bytes, block, report } = descriptor;
  const { type, standardIdentifier } = volumeDescriptorHead.decode(bytes);
  if (isOfRecognition(standardIdentifier)) return true;
  if (standardIdentifier !== 'CD001') return false;
  const taken = TAKES[type];
  if (taken === undefined)
    report({ code: 'descriptor-unknown', block, detail: `The descriptor is of type ${type}.` });
  else if (!found.ended) taken(found, descriptor);
  return true;
};

const checkPrimary = ({ block, values }: HierarchyDescriptor, report: Report): boolean => {
  if (values.logicalBlockSize === BLOCK) return true;
  report({
    code: 'block-size-unsupported',
    block,
    detail: `The volume has logical blocks of ${values.logicalBlockSize} bytes.`,
  });
  return false;
};

const readFound = async (
  reader: BlockReader,
  start: number,
  report: Report,
): Promise<Found & { end: number }> => {
  const found: Found = { ended: false };
  let block = start + SYSTEM_AREA_BLOCKS;
  const last = Math.min(reader.blocks, block + MOST_DESCRIPTORS);
  for (; block < last; block++) {
    const bytes = await reader.read(block, 1);
    try {
      if (!take(found, { block, bytes, report })) break;
    } catch (error) {
      if (!(error instanceof LayoutError)) throw error;
      report({ code: 'descriptor-unknown', block, detail: error.message });
    }
  }
  return { ...found, end: block };
};

/** The volume descriptors of the session that begins at `start`; undefined where there is no ISO 9660 that can be read. */
export const readIsoDescriptors = async (
  reader: BlockReader,
  start: number,
  report: Report,
): Promise<IsoDescriptors | undefined> => {
  const found = await readFound(reader, start, report);
  const { primary, joliet, enhanced, bootCatalog, bootRecord, ended, end } = found;
  if (primary === undefined) {
    if (ended || joliet !== undefined)
      report({
        code: 'primary-descriptor-missing',
        block: start + SYSTEM_AREA_BLOCKS,
        detail: 'Other descriptors are there.',
      });
    return undefined;
  }
  if (!ended)
    report({ code: 'descriptor-set-unended', block: end, detail: 'Readers look for the next one here.' });
  if (!checkPrimary(primary, report)) return undefined;
  const blocks = end - start - SYSTEM_AREA_BLOCKS;
  return { start, primary, joliet, enhanced, bootCatalog, bootRecord, blocks };
};
