import { must } from './udf-bytes.js';
import type { UdfFile } from './udf-model.js';

/** ECMA-167 4/14.9.6 and 4/14.9.14: each file counts what leads to it, and has a unique id; `namesOf` says in how many entries it was found. */
export const checkLinks = (
  files: readonly UdfFile[],
  namesOf: (file: UdfFile) => number | undefined,
): void => {
  for (const file of files) {
    const streams = file.type !== 4 && file.streams.length > 0 ? 1 : 0;
    must(file.links === (namesOf(file) ?? 0) + streams, `${file.links} links of ${file.path}`);
    must(file.path === '' ? file.uniqueId === 0 : file.uniqueId >= 16, `unique id of ${file.path}`);
  }
  const ids = new Map(files.map((file) => [file.uniqueId, file.block]));
  must(ids.size === new Set(files.map(({ block }) => block)).size, 'a unique id for each file');
};
