import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shippedPath } from '../../src/program.js';
import { hasTool } from '../support/has-tool.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const lacks = (...tools: string[]): string => tools.filter((tool) => !hasTool(tool)).join(', ');
const skipped = (missing: string): string => (missing === '' ? '' : ` (skipped: ${missing} missing)`);

const floorsOf = (...files: string[]): string[] => {
  const script = `import { libraryFloors } from ${JSON.stringify(shippedPath('packaging/library-floors.mjs'))};
    console.log(JSON.stringify(libraryFloors(process.argv.slice(1))));`;
  return JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script, '--', ...files], {
      encoding: 'utf8',
    }),
  ) as string[];
};

/** What Debian's own program finds out, by each symbol. */
const toldByDebian = (...files: string[]): string[] => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'debian'));
  writeFileSync(join(cwd, 'debian/control'), 'Source: spindle\n\nPackage: spindle\nArchitecture: any\n');
  const said = execFileSync('dpkg-shlibdeps', ['-O', ...files], { cwd, encoding: 'utf8', stdio: 'pipe' });
  return said.trim().replace('shlibs:Depends=', '').split(', ').sort();
};

const withoutDebian = lacks('objdump', 'dpkg-shlibdeps');
const withoutCompiler = lacks('objdump', 'dpkg-query', 'gcc');

describe('what the package depends on', () => {
  it.skipIf(withoutDebian !== '')(
    `is what its addons were linked against, as Debian reckons it${skipped(withoutDebian)}`,
    () => {
      const addons = ['sg', 'os'].map((name) => shippedPath(`native/build/Release/${name}.node`));
      expect(floorsOf(...addons)).toEqual(toldByDebian(...addons));
    },
  );

  it.skipIf(withoutCompiler !== '')(
    `is nothing that a Node brings in a library beside it: that is refused${skipped(withoutCompiler)}`,
    () => {
      const folder = temporaryFolder();
      const [library, node] = [join(folder, 'libnode.so.115'), join(folder, 'node')];
      const compile = (source: string, ...words: string[]) =>
        execFileSync('gcc', ['-x', 'c', '-', ...words], { input: source });
      compile(
        'int start(void) { return 0; }',
        '-shared',
        '-fPIC',
        '-Wl,-soname,libnode.so.115',
        '-o',
        library,
      );
      compile('int start(void); int main(void) { return start(); }', '-x', 'none', library, '-o', node);
      const words = [shippedPath('packaging/build-deb.mjs'), '--node', node, '--out', folder];
      const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
      expect(status).not.toBe(0);
      expect(stderr).toContain(`${node} needs libnode.so.115, which the package does not bring.`);
    },
  );
});
