import path from 'node:path';
import { SpindleError } from '../errors.js';
import { treeRequest, type TreeRequest } from '../image/master-request.js';
import { contentOptions } from './content-options.js';
import { parseSources } from './source-arguments.js';

/** Without a daemon the whole machine is one root: the kernel's permissions decide what may be read. */
export const MACHINE = { name: 'machine', path: '/' } as const;

/** What is mastered without a daemon, as the command line says it. */
export const requestOf = (sources: readonly string[], options: unknown): TreeRequest => {
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
export const canceledBySignals = (): AbortSignal => {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      controller.abort(new SpindleError('canceled', `Ended by ${signal}.`));
    });
  }
  return controller.signal;
};
