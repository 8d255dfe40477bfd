// install-files.mjs FOLDER: puts there what the program needs to run, from this built tree. For the package and the image.
import { cpSync, existsSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runtimePackages } from './runtime-packages.mjs';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const OWN = ['package.json', 'LICENSE', 'dist', 'migrations', 'src/dashboard/public'];
const ADDONS = ['native/build/Release/sg.node', 'native/build/Release/os.node'];

/** Of SQLite's packages the addon of this machine alone: their sources and those for others are 30 MB. */
const isForeign = (path) => {
  const inside = /^node_modules\/better-sqlite3(?:-12)?\/(.*)$/.exec(path)?.[1];
  if (inside === undefined) return false;
  if (inside.startsWith('prebuilds/')) return basename(inside) !== `linux-${process.arch}.node`;
  if (/^build\/Release\/.*[^/]$/.test(inside)) return inside !== 'build/Release/better_sqlite3.node';
  return /^(deps|src)$/.test(inside) || /^build\/(?!Release$)/.test(inside);
};

const isWanted = (from) => {
  const path = relative(ROOT, from).split(sep).join('/');
  return !isForeign(path) && !/\.(md|markdown|map|d\.ts|d\.mts|d\.cts)$/.test(path);
};

export const installFiles = (folder) => {
  for (const path of [...OWN, ...ADDONS, ...runtimePackages(ROOT)]) {
    const from = join(ROOT, path);
    if (!existsSync(from)) continue; // a package for another system
    // What lies in it of packages of its own is on the list by itself.
    cpSync(from, join(folder, path), {
      recursive: true,
      filter: (file) => isWanted(file) && !relative(from, file).split(sep).includes('node_modules'),
    });
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) installFiles(process.argv[2]);
