/**
 * Writes what the compiled program consists of into dist/build.json, so that two builds of one version are told apart as well. Done once
 * when it is compiled, as every process of ours asks for it when it begins.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { digestPath } from './build.js';

const folder = path.dirname(digestPath);
const hash = createHash('sha256');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.js'),
);
for (const file of files.sort()) hash.update(file).update(readFileSync(path.join(folder, file)));
const unfinished = `${digestPath}.unfinished`; // a daemon that runs may be reading it
writeFileSync(unfinished, `${JSON.stringify({ digest: hash.digest('hex').slice(0, 12) })}\n`);
renameSync(unfinished, digestPath);
