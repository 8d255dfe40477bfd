// build-deb.mjs [--node FILE] [--out FOLDER]: makes a Debian package of this built tree. Prints its path.
//   --node FILE    puts this Node into the package, for distributions whose own is older than 20.19
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installFiles, ROOT } from './install-files.mjs';
import { libraryFloors } from './library-floors.mjs';

const { node, out } = parseArgs({
  options: { node: { type: 'string' }, out: { type: 'string', default: ROOT } },
}).values;

const programs = node === undefined ? [] : [node];
libraryFloors(programs); // before anything is copied: one that is half of a Node would be of no use

const { version, description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();

const PROGRAM = '/usr/lib/spindle';
const NODE = node === undefined ? '/usr/bin/node' : `${PROGRAM}/bin/node`;
const PROGRAMS = { spindled: 'dist/main.js', spindle: 'dist/cli/main.js' };
const UNITS = ['spindled.service', 'spindled.socket', 'spindle-drain.service'];
const PAGES = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true })
    .filter((file) => file.endsWith('.md'))
    .map((page) => `docs/${page}`),
];
const FILES = [
  ...UNITS.map((unit) => [`systemd/${unit}`, `/usr/lib/systemd/system/${unit}`]),
  ['systemd/sysusers.conf', '/usr/lib/sysusers.d/spindle.conf'],
  ['systemd/tmpfiles.conf', '/usr/lib/tmpfiles.d/spindle.conf'],
  ['systemd/60-spindle.rules', '/usr/lib/udev/rules.d/60-spindle.rules'],
  ['packaging/spindled.json', '/etc/spindle/spindled.json'],
  ...PAGES.map((page) => [page, `/usr/share/doc/spindle/${page}`]),
  ['CHANGELOG.md', '/usr/share/doc/spindle/changelog'],
  ['LICENSE', '/usr/share/doc/spindle/copyright'],
];

const addonsIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.node'))
    .map((path) => join(folder, path));

const dependsOf = (folder) => [
  ...libraryFloors([...addonsIn(folder), ...programs]),
  'systemd | systemd-standalone-sysusers',
  ...(node === undefined ? ['nodejs (>= 20.19)'] : []),
];

const control = (kilobytes, depends) => `Package: spindle
Version: ${version}
Architecture: ${architecture}
Maintainer: Spindle <spindle@localhost>
Installed-Size: ${kilobytes}
Depends: ${depends.join(', ')}
Section: otherosfs
Priority: optional
Description: ${description.split(':')[0]}
 ${description}.
 .
 The daemon spindled owns the optical drives of this machine and records discs
 for clients of its local socket; spindle is its command line.
`;

const stage = mkdtempSync(join(tmpdir(), 'spindle-deb-'));
try {
  const at = (path) => {
    const target = join(stage, path);
    mkdirSync(join(target, '..'), { recursive: true });
    return target;
  };
  chmodSync(stage, 0o755);
  installFiles(at(PROGRAM));
  const depends = dependsOf(at(PROGRAM));
  if (node !== undefined) cpSync(node, at(NODE), { dereference: true });
  for (const [from, to] of FILES) {
    copyFileSync(join(ROOT, from), at(to));
    chmodSync(at(to), 0o644);
  }
  for (const [name, program] of Object.entries(PROGRAMS))
    writeFileSync(at(`/usr/bin/${name}`), `#!/bin/sh\nexec ${NODE} ${PROGRAM}/${program} "$@"\n`, {
      mode: 0o755,
    });
  const kilobytes = execFileSync('du', ['-sk', stage], { encoding: 'utf8' }).split('\t')[0];
  writeFileSync(at('DEBIAN/control'), control(kilobytes, depends));
  writeFileSync(at('DEBIAN/conffiles'), '/etc/spindle/spindled.json\n');
  for (const script of ['postinst', 'prerm', 'postrm']) {
    copyFileSync(join(ROOT, 'packaging/debian', script), at(`DEBIAN/${script}`));
    chmodSync(at(`DEBIAN/${script}`), 0o755);
  }
  const file = join(out, `spindle_${version}_${architecture}.deb`);
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', stage, file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(file);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
