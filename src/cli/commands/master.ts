import type { Command } from 'commander';
import { master } from '../../image/master.js';
import { emitToDescriptor, emitToFile } from '../../image/image-output.js';
import { openRoots } from '../../image/roots.js';
import { warnOfChangedNames } from '../changed-names.js';
import { addContentOptions } from '../content-options.js';
import type { Context } from '../context.js';
import { MACHINE, canceledBySignals, requestOf, withMachinePaths } from '../master-here.js';
import { FORCE, checkOutput } from '../output-file.js';
import { formatBytes } from '../quantities.js';

const STANDARD_OUTPUT = 1;

interface Options {
  readonly output: string;
  readonly force?: true;
}

const make = async (
  sources: readonly string[],
  options: Options,
  { answer, note }: Context,
): Promise<void> => {
  if (options.output !== '-') checkOutput(options.output, { replaces: options.force });
  const roots = openRoots([MACHINE]);
  const mastered = master(await requestOf(sources, options), { roots, onEntries: () => undefined });
  for (const line of warnOfChangedNames(mastered.warnings())) note(line);
  let bytes = 0;
  const output = {
    roots,
    signal: canceledBySignals(),
    onBytes: (count: number) => {
      bytes = count;
    },
  };
  if (options.output === '-') {
    await emitToDescriptor(mastered.contents, STANDARD_OUTPUT, output);
    return;
  }
  await emitToFile(mastered.contents, options.output, output);
  answer({ output: options.output, bytes }, () => `${options.output}: ${formatBytes(bytes)}`);
};

export const masterCommand = (program: Command, context: () => Context): void => {
  addContentOptions(program.command('master <source...>'))
    .description('make an image file of files and directories; needs no daemon')
    .requiredOption('-o, --output <file>', 'image file, or - for standard output')
    .option(...FORCE)
    .action((sources: string[], options: Options) =>
      withMachinePaths(() => make(sources, options, context())),
    );
};
