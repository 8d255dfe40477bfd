import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';
import { bootRequestOf } from './boot-options.js';
import { type Client, listAll } from './client.js';
import { type ContentOptions, strictNamesOf } from './content-options.js';
import { isoFields } from './iso-options.js';
import { ulid } from '../jobs/identifier.js';
import { parseSources } from './source-arguments.js';
import { rootView } from './views.js';

const realPath = (file: string): string => {
  try {
    return realpathSync(file);
  } catch (cause) {
    throw new SpindleError('source-missing', `${file} does not exist or cannot be reached.`, { cause });
  }
};

/** Path of `file` beneath `directory`, empty for itself; `undefined` when it lies elsewhere. */
const beneath = (directory: string, file: string): string | undefined => {
  const relative = path.relative(directory, file);
  return relative === '..' || relative.startsWith('../') || path.isAbsolute(relative) ? undefined : relative;
};

const hidden = (file: string, roots: readonly { readonly name: string }[]): SpindleError =>
  new SpindleError(
    'root-paths-hidden',
    `By TCP the daemon does not tell where its roots (${roots.map(({ name }) => name).join(', ')}) lie, so that ${file} cannot be found beneath one.`,
  );

/** Paths of this machine, as the daemon wants them: beneath one of its roots; the deepest root wins. */
export const rootedPaths = async (
  client: Client,
  files: readonly string[],
): Promise<{ root: string; path: string }[]> => {
  const roots = await listAll(client, '/v1/roots', rootView);
  const known = roots
    .flatMap(({ name, path: at }) => (at === undefined ? [] : [{ name, at }]))
    .sort((a, b) => b.at.length - a.at.length);
  return files.map((file) => {
    const real = realPath(file);
    for (const { name, at } of known) {
      const relative = beneath(at, real);
      if (relative !== undefined) return { root: name, path: relative };
    }
    if (known.length === 0 && roots.length > 0) throw hidden(real, roots);
    throw new SpindleError(
      'source-outside-root',
      `${real} lies beneath none of the daemon's roots: ${known.map(({ name, at }) => `${name}=${at}`).join(', ') || 'it has none'}.`,
    );
  });
};

/** One regular file whose name says that it is an image is recorded as it is; everything else is mastered. */
const isImageFile = (sources: readonly string[]): boolean =>
  sources.length === 1 &&
  /\.(iso|img)$/i.test(sources[0] ?? '') &&
  (statSync(sources[0] ?? '', { throwIfNoEntry: false })?.isFile() ?? false);

/** The options of the volume that the command line names; the rest is the daemon's default. */
const volumeOf = (options: ContentOptions, boot: Record<string, unknown> | undefined) => {
  const { volume: identifier, manifest, video } = options;
  const { iso9660, ...ofAll } = isoFields(options);
  const level = options.level !== undefined && { level: Number(options.level) };
  return {
    ...(identifier !== undefined && { identifier }),
    iso9660: options.iso === false ? false : { ...iso9660, ...level },
    ...ofAll,
    ...(options.udf !== undefined && { udf: { revision: options.udf } }),
    ...(options.joliet === false && { joliet: false }),
    ...(options.rockRidge === false && { rockRidge: false }),
    strictNames: strictNamesOf(options),
    asciiNames: options.asciiNames,
    manifest,
    video,
    ...(boot && { boot }),
  };
};

/** The part of a job's request that says what is recorded. */
export const jobContent = async (
  client: Client,
  sources: readonly string[],
  options: ContentOptions,
): Promise<Record<string, unknown>> => {
  const [first = ''] = sources;
  if (sources.length === 1 && ulid.safeParse(first).success && !existsSync(first))
    return { type: 'image', image: first };
  if (isImageFile(sources)) {
    const [source] = await rootedPaths(client, sources);
    return { type: 'image', source };
  }
  const parsed = parseSources(sources);
  const rooted = await rootedPaths(
    client,
    parsed.map(({ file }) => file),
  );
  const boot = await bootRequestOf(options, parsed, (files) => rootedPaths(client, files));
  return {
    type: 'data',
    sources: parsed.map(({ at }, index) => ({ at, ...rooted[index] })),
    volume: volumeOf(options, boot),
  };
};
