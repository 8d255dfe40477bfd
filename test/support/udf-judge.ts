import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { compiledAround } from './compiled.js';

/** FNV-1a, as udf-judge.c makes it. */
export const fnv = (bytes: Buffer): string => {
  let hash = 14_695_981_039_346_656_037n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1_099_511_628_211n);
  return hash.toString(16).padStart(16, '0');
};

/** A program of ours around a library of others, libudfread; undefined where there is no such library. */
export const udfJudge = (): string | undefined =>
  compiledAround(join(import.meta.dirname, 'udf-judge.c'), 'udfread');

/** What the judge finds in an image: "path size FNV-1a" of each file. */
export const judged = (judge: string, image: string): string[] =>
  execFileSync(judge, [image], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
    .split('\0')
    .slice(1, -1)
    .sort();
