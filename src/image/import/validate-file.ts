import { fstatSync } from 'node:fs';
import { BLOCK } from '../../iso9660/block.js';
import type { BlockReader } from './block-reader.js';
import { fileBlocks } from './file-blocks.js';
import { type Validating, type Validation, validate } from './validate.js';

/** Validates an open image file, of which a part of a block at the end is a finding as well. `watched` may follow what is read. */
export const validateFile = async (
  fd: number,
  validating: Validating,
  watched: (reader: BlockReader) => BlockReader = (reader) => reader,
): Promise<Validation> => {
  const validation = await validate(watched(fileBlocks(fd)), validating);
  const { size } = fstatSync(fd);
  if (size % BLOCK === 0) return validation;
  const detail = `It has ${size} bytes, ${size % BLOCK} more than whole blocks.`;
  const findings = [{ code: 'size-not-whole-blocks', detail } as const, ...validation.findings];
  return { ...validation, findings, valid: false };
};
