import { spawn } from 'node:child_process';
import { FIRMWARE } from './boot-images.js';

/** Without KVM, and beside others: a firmware takes its time. */
const MOST_MS = 240_000;

const MACHINE =
  '-accel tcg -machine q35 -m 512 -display none -monitor none -serial stdio -no-reboot -nic none'.split(' ');

const UEFI = [
  '-drive',
  `if=pflash,format=raw,readonly=on,file=${FIRMWARE.ovmfCode}`,
  '-drive',
  `if=pflash,format=raw,snapshot=on,file=${FIRMWARE.ovmfVariables}`,
];

export interface Boot {
  readonly firmware: 'bios' | 'uefi';
  readonly as: 'cd' | 'disk';
}

/** Boots an image and returns what came out of the serial port, up to and with what `marker` matches; it is ended then. */
export const bootImage = (image: string, { firmware, as }: Boot, marker: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    const medium = as === 'cd' ? ['-cdrom', image] : ['-drive', `file=${image},format=raw,snapshot=on`];
    const args = [...MACHINE, ...(firmware === 'uefi' ? UEFI : []), ...medium];
    const machine = spawn('qemu-system-x86_64', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const end = (outcome: () => void): void => {
      clearTimeout(limit);
      machine.kill('SIGKILL');
      outcome();
    };
    const limit = setTimeout(() => {
      end(() => {
        reject(new Error(`the machine said only ${JSON.stringify(said.slice(-2000))}`));
      });
    }, MOST_MS);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      const found = marker.exec(said);
      if (found)
        end(() => {
          resolve(found[0]);
        });
    };
    machine.stdout.on('data', hear);
    machine.stderr.on('data', hear);
    machine.on('error', reject);
  });
