import path from 'node:path';
import { SpindleError } from '../errors.js';
import { treeRequest, type TreeRequest } from '../image/master-request.js';
import { bootRequestOf } from './boot-options.js';
import { contentOptions, strictNamesOf } from './content-options.js';
import { isoFields } from './iso-options.js';
import { parseSources } from './source-arguments.js';

/** Without a daemon the whole machine is one root: the kernel's permissions decide what may be read. */
export const MACHINE = { name: 'machine', path: '/' } as const;

const onMachine = (file: string) => ({ root: MACHINE.name, path: path.relative('/', file) });

/** What is mastered without a daemon, as the command line says it. */
export const requestOf = async (sources: readonly string[], options: unknown): Promise<TreeRequest> => {
  const content = contentOptions.parse(options);
  const { volume, level, joliet, rockRidge, iso, udf, manifest, video } = content;
  const parsed = parseSources(sources);
  const { iso9660, ...ofAll } = isoFields(content);
  const boot = await bootRequestOf(content, parsed, (files) => files.map(onMachine));
  return treeRequest.parse({
    sources: parsed.map(({ at, file }) => ({ at, ...onMachine(file) })),
    ...(boot && { boot }),
    ...iso9660,
    ...ofAll,
    ...(volume === undefined ? { keepVolumeName: true } : { volumeIdentifier: volume }),
    ...(level !== undefined && { level: Number(level) }),
    ...(joliet !== undefined && { joliet }),
    ...(rockRidge !== undefined && { rockRidge }),
    ...(iso !== undefined && { iso9660: iso }),
    ...(udf !== undefined && { udf: { revision: udf } }),
    manifest,
    video,
    strictNames: strictNamesOf(content),
    asciiNames: content.asciiNames,
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
