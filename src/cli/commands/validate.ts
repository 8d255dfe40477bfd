import { type Command, InvalidArgumentError } from 'commander';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { SpindleError } from '../../errors.js';
import { fileBlocks } from '../../image/import/file-blocks.js';
import { type Finding, FINDINGS } from '../../image/import/findings.js';
import { type Validation, validate } from '../../image/import/validate.js';
import { BLOCK } from '../../iso9660/block.js';
import { sourceError } from '../../os/source-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { formatBytes } from '../quantities.js';

const blockNumber = (text: string): number => {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('must be the number of a block');
  return Number(text);
};

const open = (file: string): number => {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw sourceError(error, file);
  }
};

const validateFile = async (file: string, start: number): Promise<Validation> => {
  const fd = open(file);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new SpindleError('image-invalid', `${file} is no regular file.`);
    const validation = await validate(fileBlocks(fd), { start });
    if (stat.size % BLOCK === 0) return validation;
    const detail = `It has ${stat.size} bytes, ${stat.size % BLOCK} more than whole blocks.`;
    const findings = [{ code: 'size-not-whole-blocks', detail } as const, ...validation.findings];
    return { ...validation, findings, valid: false };
  } finally {
    closeSync(fd);
  }
};

const lineOf = ({ code, detail, block, path }: Finding): string => {
  const { severity, title } = FINDINGS[code];
  const where = [block === undefined ? '' : `block ${block}`, path ?? ''].filter((part) => part !== '');
  return `${severity}: ${code}: ${where.join(', ')}${where.length > 0 ? ': ' : ''}${title}. ${detail}`;
};

const textOf = (file: string, { views, findings, unlisted, valid }: Validation): string =>
  [
    ...views.map(
      ({ view, volumeIdentifier, files, directories, bytes }) =>
        `${view} "${volumeIdentifier}": ${files} files, ${directories} directories, ${formatBytes(bytes)}`,
    ),
    ...findings.map(lineOf),
    ...(unlisted > 0 ? [`and ${unlisted} more`] : []),
    `${file}: ${valid ? 'valid' : 'not valid'}`,
  ].join('\n');

export const validateCommand = (program: Command, context: () => Context): void => {
  program
    .command('validate <image>')
    .description('say everything that is wrong with the file systems of an image file; needs no daemon')
    .option('--session <block>', 'first block of the session', blockNumber, 0)
    .action(async (image: string, { session }: { session: number }) => {
      const validation = await validateFile(image, session);
      context().answer(validation, () => textOf(image, validation));
      if (!validation.valid) process.exitCode = EXIT.jobFailed;
    });
};
