// Which versions of Debian's libraries the addons and programs of a package need: what they were linked against decides, not what we think.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Packages of which something may be needed; each knows since when it has which symbols, deb-symbols(5). */
const PACKAGES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];

/** Node's list of symbols is longer than a megabyte. */
const said = (program, ...args) =>
  execFileSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 2 ** 28,
  });

/** `libc.so.6 libc6 #MINVER#`, and beneath it ` GLIBC_2.34@GLIBC_2.34 2.34` and ` pthread_once@GLIBC_2.2.5 2.34`. */
const symbolsOf = (name) => {
  const file = said('dpkg-query', '--control-path', name, 'symbols').trim();
  const libraries = new Map();
  let symbols;
  for (const line of file === '' ? [] : readFileSync(file, 'utf8').split('\n')) {
    const library = /^([^\s|*]\S*) /.exec(line)?.[1];
    if (library !== undefined) libraries.set(library, { name, symbols: (symbols = new Map()) });
    const [, symbol, since] = /^ (\S+@\S+) (\S+)/.exec(line) ?? [];
    if (symbol !== undefined) symbols?.set(symbol, since);
  }
  return libraries;
};

const isInstalled = (name) => spawnSync('dpkg-query', ['--status', name]).status === 0;

const isLater = (version, than) =>
  than === undefined || spawnSync('dpkg', ['--compare-versions', version, 'gt', than]).status === 0;

/** What one ELF file wants: libraries, of each the versions of symbols; and the symbols, each with its version. */
const wantsOf = (file) => {
  const [dynamic = '', ...references] = said('objdump', '-p', file).split(/^ +required from /m);
  const libraries = new Map([...dynamic.matchAll(/^ +NEEDED +(\S+)/gm)].map(([, library]) => [library, []]));
  for (const reference of references) {
    const [, library = '', rest = ''] = /^([^\s:]+):\n((?: +0x.*\n?)*)/.exec(reference) ?? [];
    libraries.set(
      library,
      [...rest.matchAll(/ (\S+)$/gm)].map(([, version]) => `${version}@${version}`),
    );
  }
  const undefinedOnes = said('objdump', '-T', file).matchAll(/\*UND\*\s+\S+\s+\(?([\w.]+)\)?\s+(\S+)$/gm);
  return { libraries, symbols: [...undefinedOnes].map(([, version, symbol]) => `${symbol}@${version}`) };
};

const latest = (versions) =>
  versions.reduce((found, version) => (isLater(version, found) ? version : found), undefined);

/**
 * The dependencies of ELF files, as `libc6 (>= 2.34)`. @throws where one needs a library that the package does not bring, as the Node of some
 * distributions needs libnode.so.
 */
export const libraryFloors = (files) => {
  const known = new Map(PACKAGES.filter(isInstalled).flatMap((name) => [...symbolsOf(name)]));
  const wanted = new Map();
  for (const file of files) {
    const { libraries, symbols: ofFile } = wantsOf(file);
    for (const [library, versions] of libraries) {
      const { name, symbols } = known.get(library) ?? {};
      if (name === undefined) throw new Error(`${file} needs ${library}, which the package does not bring.`);
      const lacking = versions.find((version) => !symbols.has(version));
      if (lacking !== undefined)
        throw new Error(`${file} needs ${lacking}, which ${name} of this machine lacks.`);
      const since = [...versions, ...ofFile]
        .map((one) => symbols.get(one))
        .filter((one) => one !== undefined);
      wanted.set(name, new Set([...(wanted.get(name) ?? []), ...since]));
    }
  }
  return [...wanted].map(([name, since]) => `${name} (>= ${latest([...since])})`).sort();
};
