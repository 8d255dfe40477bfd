import type { Command } from 'commander';
import { closeSync, openSync } from 'node:fs';
import { prepareGrowth, writeGrowth } from '../../image/grow.js';
import { openRoots } from '../../image/roots.js';
import { sourceError } from '../../os/source-error.js';
import { warnOfChangedNames } from '../changed-names.js';
import { addContentOptions } from '../content-options.js';
import type { Context } from '../context.js';
import { MACHINE, canceledBySignals, requestOf, withMachinePaths } from '../master-here.js';
import { formatBytes } from '../quantities.js';

const open = (image: string): number => {
  try {
    return openSync(image, 'r+');
  } catch (error) {
    throw sourceError(error, image);
  }
};

const collect = (path: string, paths: readonly string[]): string[] => [...paths, path];

interface GrowOptions {
  readonly remove: readonly string[];
}

const grow = async (image: string, sources: readonly string[], options: GrowOptions, { note }: Context) => {
  const fd = open(image);
  try {
    const roots = openRoots([MACHINE]);
    const request = { ...(await requestOf(sources, options)), remove: [...options.remove] };
    const growth = await prepareGrowth(fd, request, { roots, onEntries: () => undefined });
    for (const line of warnOfChangedNames(growth.mastered.warnings())) note(line);
    let bytes = 0;
    const onBytes = (count: number): void => void (bytes = count);
    await writeGrowth(fd, growth, { roots, signal: canceledBySignals(), onBytes });
    return { image, start: growth.start, bytes, kept: growth.base.entries.length - 1 };
  } finally {
    closeSync(fd);
  }
};

export const growCommand = (program: Command, context: () => Context): void => {
  addContentOptions(program.command('grow <image> <source...>'))
    .description(
      'add files and directories to the ISO 9660 volume of an image file, in place; needs no daemon',
    )
    .option('--remove <path>', 'path on the disc that is to be seen no more; may be repeated', collect, [])
    .action(async (image: string, sources: string[], options: GrowOptions) => {
      const grown = await withMachinePaths(() => grow(image, sources, options, context()));
      context().answer(
        grown,
        () =>
          `${image}: ${formatBytes(grown.bytes)} added at block ${grown.start}, ${grown.kept} entries were there`,
      );
    });
};
