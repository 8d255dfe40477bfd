import path from 'node:path';
import { SpindleError, isSpindleError } from '../errors.js';
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

const OF_MACHINE = `${MACHINE.name}:`;

/** A text about a source: its path, and no system call, which says nothing more. */
const asOnMachine = (text: string, paths: readonly string[]): string => {
  const told = text.replace(/(\bE[A-Z0-9]+: [^,]+), \w+ '[^']*'/, '$1').replaceAll(OF_MACHINE, '/');
  return paths.some((path) => told.startsWith(path)) ? `/${told}` : told;
};

/** Paths are told as the machine knows them: beneath its root they lack their first slash. */
export const withMachinePaths = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!isSpindleError(error)) throw error;
    const { code, message, cause } = error;
    const paths = error.errors
      .filter(({ pointer }) => pointer.startsWith(OF_MACHINE))
      .map(({ pointer }) => pointer.slice(OF_MACHINE.length))
      .filter((path) => path !== '');
    const errors = error.errors.map(({ pointer, message: said }) => ({
      pointer: pointer.replace(OF_MACHINE, '/'),
      message: asOnMachine(said, paths),
    }));
    throw new SpindleError(code, asOnMachine(message, paths), { cause, errors });
  }
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
