import type { Command } from 'commander';
import path from 'node:path';
import { SpindleError } from '../../errors.js';
import { master } from '../../image/master.js';
import { treeRequest } from '../../image/master-request.js';
import { emitToDescriptor, emitToFile } from '../../image/image-output.js';
import { openRoots } from '../../image/roots.js';
import { warnOfChangedNames } from '../changed-names.js';
import { addContentOptions, contentOptions } from '../content-options.js';
import type { Context } from '../context.js';
import { formatBytes } from '../quantities.js';
import { parseSources } from '../source-arguments.js';

const STANDARD_OUTPUT = 1;

/** Without a daemon the whole machine is one root: the kernel's permissions decide what may be read. */
const MACHINE = { name: 'machine', path: '/' } as const;

const requestOf = (sources: readonly string[], options: unknown) => {
  const { volume, level, joliet, rockRidge, strict, iso, udf } = contentOptions.parse(options);
  return treeRequest.parse({
    sources: parseSources(sources).map(({ at, file }) => ({
      at,
      root: MACHINE.name,
      path: path.relative('/', file),
    })),
    ...(volume !== undefined && { volumeIdentifier: volume }),
    ...(level !== undefined && { level: Number(level) }),
    ...(joliet !== undefined && { joliet }),
    ...(rockRidge !== undefined && { rockRidge }),
    ...(iso !== undefined && { iso9660: iso }),
    ...(udf !== undefined && { udf: { revision: udf } }),
    ...(strict !== undefined && { strictNames: strict }),
    createdAtNs: BigInt(Date.now()) * 1_000_000n,
  });
};

/** A signal ends the work in good order: no partial file is left. */
const canceledBySignals = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new SpindleError('canceled', `Ended by ${signal}.`));
    });
  }
  return controller.signal;
};

export const masterCommand = (program: Command, context: () => Context): void => {
  addContentOptions(program.command('master <source...>'))
    .description('make an image file of files and directories; needs no daemon')
    .requiredOption('-o, --output <file>', 'image file, or - for standard output')
    .action(async (sources: string[], options: { output: string }) => {
      const { answer, note } = context();
      const roots = openRoots([MACHINE]);
      const mastered = master(requestOf(sources, options), { roots, onEntries: () => undefined });
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
    });
};
