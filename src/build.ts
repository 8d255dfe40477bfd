import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { shippedPath } from './program.js';

/** Which program this is: `version` for people, `name` for telling equal builds from different ones. */
export interface Build {
  readonly version: string;
  readonly name: string;
}

/** Beside the compiled program, which whoever compiles it has digested (write-build.ts). */
export const digestPath = shippedPath('dist/build.json');

export const readVersion = (): string =>
  (JSON.parse(readFileSync(shippedPath('package.json'), 'utf8')) as { version: string }).version;

const digested = z.object({ digest: z.string().regex(/^[0-9a-f]{12}$/) });

/** By the files that lie there now, which may have been exchanged since this process began. */
export const readBuild = (): Build => {
  const version = readVersion();
  const { digest } = digested.parse(JSON.parse(readFileSync(digestPath, 'utf8')));
  return { version, name: `${version}+${digest}` };
};

let own: Build | undefined;

/** Which build this process is. Whoever wants to know it later asks when it begins: the files are read once. */
export const ownBuild = (): Build => (own ??= readBuild());
