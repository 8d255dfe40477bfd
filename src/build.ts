import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { programPath, shippedPath } from './program.js';

/** Which program this is: `version` for people, `name` for telling equal builds from different ones. */
export interface Build {
  readonly version: string;
  readonly name: string;
}

export const readVersion = (): string =>
  (JSON.parse(readFileSync(shippedPath('package.json'), 'utf8')) as { version: string }).version;

/** The build names itself by what it consists of, so that two builds of one version are told apart as well. */
export const readBuild = (): Build => {
  const version = readVersion();
  const folder = path.dirname(programPath('main'));
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  );
  for (const file of files.sort()) hash.update(file).update(readFileSync(path.join(folder, file)));
  return { version, name: `${version}+${hash.digest('hex').slice(0, 12)}` };
};
