import { type ChildProcess, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlankName } from '../../src/virtual/media.js';
import { createMedium } from '../../src/virtual/medium/medium-store.js';
import { useHand } from '../../src/worker/hand.js';
import { startCli } from '../support/cli.js';
import { until } from '../support/processes.js';

const rig = (name: string): string => join(process.env['RIG_HERE'] ?? '', name);

export interface KernelDriveOptions {
  /** Where drive, media and socket lie. */
  readonly folder: string;
  /** Group that may use the device node. */
  readonly group: number;
  readonly number?: number;
}

/** A virtual drive as a drive of this kernel: /dev/srN, by which programs that know nothing of us use it. */
export class KernelDrive {
  readonly device: string;
  readonly #folder: string;
  readonly #socket: string;
  readonly #log: string;
  readonly #home: ChildProcess;
  #media = 0;

  private constructor(home: ChildProcess, device: string, folder: string, log: string) {
    this.#home = home;
    this.device = device;
    this.#folder = folder;
    this.#socket = join(folder, 'socket');
    this.#log = log;
  }

  static async connect({ folder, group, number = 0 }: KernelDriveOptions): Promise<KernelDrive> {
    const socket = join(folder, 'socket');
    const home = startCli(['virtual', 'serve', join(folder, 'drive'), '--listen', socket]);
    let said = '';
    home.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    home.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until('the virtual drive was served', () => said.includes('serving'));
    const names = execFileSync('bash', [rig('tcmu/tcmu-up.sh'), socket, String(number)], {
      encoding: 'utf8',
    });
    const [device = ''] = names.trim().split(' ');
    chownSync(device, 0, group);
    chmodSync(device, 0o660);
    return new KernelDrive(home, device, folder, `/run/tcmud.${number}.log`);
  }

  /** Opcodes of all commands that have arrived at the drive, the kernel's own included. */
  commands(): string[] {
    return [...readFileSync(this.#log, 'utf8').matchAll(/^tcmud: ([0-9a-f]{2}) /gm)].map(
      ([, opcode = '']) => opcode,
    );
  }

  /** Puts a blank in by hand. */
  async insert(blank: BlankName, capacity = 20_000): Promise<void> {
    const medium = join(this.#folder, `medium-${(this.#media += 1)}`);
    createMedium(medium, blank, capacity);
    await useHand(this.#socket, { kind: 'insert', medium });
  }

  /** Takes out what lies in it and puts a blank in. */
  async exchange(blank: BlankName, capacity?: number): Promise<void> {
    await useHand(this.#socket, { kind: 'remove' });
    await this.insert(blank, capacity);
  }

  /** Takes it away from the kernel, and switches it off. */
  unplug(): void {
    writeFileSync(`/sys/block/${this.device.slice('/dev/'.length)}/device/delete`, '1');
    this.switchOff();
  }

  switchOff(): void {
    this.#home.kill();
  }
}
