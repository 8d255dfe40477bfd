import { mkdirSync, writeFileSync } from 'node:fs';

import { isSpindleError } from '../../src/errors.js';
import { treeRequest, type TreeRequest } from '../../src/image/master-request.js';
import { aTreeRequest, isoBytes } from './mastering.js';
import { temporaryFolder } from './temporary-folder.js';
import type { UdfFile } from './udf-model.js';
import { readUdf } from './udf-reader.js';

/** UDF alone, unless something else is said. */
export const udfOnly = (udf: object, differences: Partial<TreeRequest> = {}): TreeRequest =>
  aTreeRequest({ iso9660: false, ...differences, udf: treeRequest.shape.udf.parse(udf) });

/** A folder with these files, by their paths. */
export const folderWith = (files: Record<string, string>): string => {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(`${folder}/${name}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${folder}/${name}`, content);
  }
  return folder;
};

/** What the second decoder reads of the volume that is made of a folder. */
export const volumeOf = async (folder: string, asked: TreeRequest) => readUdf(await isoBytes(folder, asked));

export const fileIn = (files: readonly UdfFile[], path: string): UdfFile => {
  const found = files.find((candidate) => candidate.path === path);
  if (!found) throw new Error(`there is no ${path}`);
  return found;
};

/** Code of the refusal. */
export const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (isSpindleError(error)) return error.code;
    throw error;
  }
  return 'nothing was refused';
};
