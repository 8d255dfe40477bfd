import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { hasCompiler } from '../support/compiled.js';
import { stallingReads } from '../support/stalling-reads.js';
import { Bench } from './bench.js';
import type { HostNature } from './fault-rows.js';
import { stallPlaces } from './incidents.js';
import type { MediumName } from './media.js';

/** A state directory of its own file system can be filled; the media of the virtual drives lie elsewhere. */
const mountSmall = ({ state, folder }: Bench['daemon']): boolean => {
  mkdirSync(state, { mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=640m,mode=700', 'tmpfs', state], { stdio: 'ignore' });
  } catch {
    return false;
  }
  const elsewhere = join(folder, 'virtual');
  mkdirSync(elsewhere, { mode: 0o700 });
  symlinkSync(elsewhere, join(state, 'virtual'));
  return true;
};

const makeStallable = ({ folder, environment }: Bench['daemon']): boolean => {
  if (!hasCompiler()) return false;
  const { file, when } = stallPlaces(folder);
  Object.assign(environment, stallingReads(file, when));
  return true;
};

/** A bench on which something can happen to the machine. Its image is larger than what a worker reads ahead. */
export class HostBench {
  readonly bench = new Bench({ mebibytes: 6 });
  readonly #can = new Set<HostNature>(['source-altered']);
  #mounted = false;
  #started: Promise<void> | undefined;

  /** Once, when it is wanted. */
  start(media: readonly MediumName[]): Promise<void> {
    return (this.#started ??= this.#start(media));
  }

  async #start(media: readonly MediumName[]): Promise<void> {
    this.#mounted = mountSmall(this.bench.daemon);
    if (this.#mounted) this.#can.add('state-full');
    if (makeStallable(this.bench.daemon)) this.#can.add('source-stalled');
    await this.bench.start(media);
  }

  /** Needs gcc for `source-stalled`, and the right to mount for `state-full`. */
  can = (nature: HostNature): boolean => this.#can.has(nature);

  async end(): Promise<void> {
    const { daemon } = this.bench;
    await daemon.stop();
    if (this.#mounted) execFileSync('umount', ['--lazy', daemon.state]);
    await daemon.destroy();
  }
}
