import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { shippedPath } from '../../src/program.js';

/** What an installation consists of, beside the packages that it needs. */
const SHIPPED = ['dist', 'migrations', 'package.json', 'src/dashboard/public', 'native/build/Release'];

/** Places of the compiled program where a later build would say more than this one, and what it would say. */
const ADDITIONS: readonly (readonly [file: string, now: string, later: string])[] = [
  ['package.json', '"version": "0.1.0"', '"version": "0.2.0"'],
  ['dist/worker/protocol.js', "PROTOCOL = '1.1'", "PROTOCOL = '1.2'"],
  ['dist/fleet/worker-link.js', "{ op: 'hello',", "{ op: 'hello', addedLater: 1,"],
  ['dist/worker/server.js', "{ op: 'hello',", "{ op: 'hello', addedLater: 1,"],
  ['dist/worker/journal.js', 'const entry = {', 'const entry = { addedLater: 1,'],
];

/** The program as it lies on a machine: a folder of its own, which an upgrade may replace. */
export class InstalledTree {
  #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    for (const part of SHIPPED) {
      mkdirSync(dirname(join(folder, part)), { recursive: true });
      cpSync(shippedPath(part), join(folder, part), { recursive: true });
    }
    symlinkSync(shippedPath('node_modules'), join(folder, 'node_modules'));
  }

  get main(): string {
    return join(this.#folder, 'dist/main.js');
  }

  /** Makes it a build of the next minor version: it says more in each frame and in each line of a journal. */
  makeLater(): this {
    for (const [file, now, later] of ADDITIONS) {
      const path = join(this.#folder, file);
      const text = readFileSync(path, 'utf8');
      if (!text.includes(now)) throw new Error(`${file} does not hold ${now}`);
      writeFileSync(path, text.replace(now, later));
    }
    return this.#named();
  }

  /** Makes it another build of the same version. */
  makeOther(): this {
    appendFileSync(join(this.#folder, 'dist/worker/main.js'), '\n// mended\n');
    return this.#named();
  }

  /** As whoever compiles it does. */
  #named(): this {
    execFileSync(process.execPath, [join(this.#folder, 'dist/write-build.js')]);
    return this;
  }

  /** Moves it to where nobody looks for it, its packages too. */
  moveAway(): void {
    const away = `${this.#folder}.gone`;
    renameSync(this.#folder, away);
    this.#folder = away;
  }
}
