// Which packages of node_modules the installed program needs: what a build alone needs is left out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** They make the addons, which are installed as they were made. */
const BUILD_ONLY = new Set(['node-gyp', 'node-addon-api', 'prebuild-install']);

/** Where Node finds `name` from a package at `from`, in the lockfile's words. */
const resolve = (packages, from, name) => {
  for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (at === '') return undefined;
  }
};

/** Folders below `root`, of all packages that the program loads. */
export const runtimePackages = (root) => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Set();
  const visit = (path) => {
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const child = BUILD_ONLY.has(name) ? undefined : resolve(packages, path, name);
      if (child === undefined || found.has(child)) continue;
      found.add(child);
      visit(child);
    }
  };
  visit('');
  return [...found].sort();
};
