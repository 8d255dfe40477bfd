import { readFile, realpath } from 'node:fs/promises';
import { basename } from 'node:path';

import { type ErrorCode, SpindleError } from '../errors.js';
import { loadAddon } from '../os/native.js';
import { systemErrorCode } from '../os/system-error.js';
import type { Answer, Command, Direction, Transport } from './transport.js';
import { toAnswer, transferLength } from './wire.js';

interface SgAnswer {
  readonly status: number;
  readonly hostStatus: number;
  readonly driverStatus: number;
  readonly residual: number;
  readonly sense: Uint8Array;
  readonly durationMs: number;
}

interface SgDevice {
  open(): Promise<void>;
  execute(
    cdb: Uint8Array,
    direction: Direction,
    data: Uint8Array | null,
    timeoutMs: number,
  ): Promise<SgAnswer>;
  close(): Promise<void>;
}

/** What native/sg.node exports; it interprets nothing. */
interface SgAddon {
  readonly Device: new (path: string, exclusive: boolean) => SgDevice;
  readonly alignedBuffer: (bytes: number) => Uint8Array;
}

const sg = loadAddon('sg') as SgAddon;

/**
 * `exclusive` stops the kernel's polling and keeps other burn programs and mounts away; `look` disturbs nobody
 * and can only ask.
 */
export type DeviceMode = 'exclusive' | 'look';

const OPEN_FAILURES: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'drive-absent',
  ENXIO: 'drive-absent',
  ENODEV: 'drive-absent',
  EBUSY: 'drive-foreign-busy', // O_EXCL: mounted, or another burn program
  EAGAIN: 'drive-foreign-busy', // flock: udev looks at the drive, or another program holds it
  EACCES: 'drive-not-permitted',
  EPERM: 'drive-not-permitted',
};

const COMMAND_FAILURES: Readonly<Record<string, ErrorCode>> = {
  ENODEV: 'drive-lost',
  ENXIO: 'drive-lost',
  EIO: 'drive-link-failed', // says that one command failed; a device that is gone is ENODEV or ENXIO
  EBADF: 'drive-lost', // closed
  ECANCELED: 'drive-lost', // closed while it waited
  EPERM: 'command-not-permitted', // scsi_cmd_allowed in drivers/scsi/scsi_ioctl.c: the drive is open, and takes others
};

const failure = (codes: Readonly<Record<string, ErrorCode>>, error: unknown, what: string): SpindleError => {
  const reason = error instanceof Error ? error.message : String(error);
  return new SpindleError(codes[systemErrorCode(error) ?? ''] ?? 'device-error', `${what}: ${reason}`, {
    cause: error,
  });
};

const readMaxTransfer = async (path: string): Promise<number | undefined> => {
  try {
    const name = basename(await realpath(path));
    const kib = Number(await readFile(`/sys/block/${name}/queue/max_hw_sectors_kb`, 'latin1'));
    return Number.isSafeInteger(kib) && kib > 0 ? kib * 1024 : undefined;
  } catch {
    return undefined; // not a block device of this kernel, or /sys is hidden: then the kernel itself refuses
  }
};

/** Smaller ones are copied by the kernel at no cost that matters. */
const PAGE = 4096;

const bufferFor = (command: Command): Uint8Array | null => {
  if (command.direction === 'none' || transferLength(command) === 0) return null;
  if (command.direction === 'to-drive') return command.data;
  return command.length < PAGE ? new Uint8Array(command.length) : sg.alignedBuffer(command.length);
};

const NOTHING = new Uint8Array(0);

const answerOf = (command: Command, buffer: Uint8Array | null, answer: SgAnswer): Answer => {
  const length = buffer?.length ?? 0;
  // Some USB bridges report a residual larger than the transfer, or a negative one. Whoever sent data decides whether
  // to believe one that is possible.
  const moved = Math.min(Math.max(length - answer.residual, 0), length);
  const data = command.direction === 'from-drive' && buffer ? buffer.subarray(0, moved) : NOTHING;
  return toAnswer({ ...answer, moved, data });
};

/**
 * Opens /dev/srN. Data that goes to the drive is sent from where it lies (it may be on a SharedArrayBuffer) and
 * must stay as it is until the answer. `close` lets the command that is underway end, rejects those that wait
 * and resolves when the descriptor is gone.
 */
export const openSg = async (path: string, mode: DeviceMode): Promise<Transport> => {
  const device = new sg.Device(path, mode === 'exclusive');
  try {
    await device.open();
  } catch (error) {
    throw failure(OPEN_FAILURES, error, path);
  }
  const maxTransferBytes = await readMaxTransfer(path);
  let closing: Promise<void> | undefined;
  return {
    /** The kernel refuses larger ones. */
    maxTransferBytes,
    execute: async (command) => {
      const buffer = bufferFor(command);
      if (buffer && maxTransferBytes !== undefined && buffer.length > maxTransferBytes) {
        throw new SpindleError(
          'device-error',
          `${command.name}: ${buffer.length} bytes at once, ${path} takes at most ${maxTransferBytes}`,
        );
      }
      try {
        const direction = buffer ? command.direction : 'none';
        const answer = await device.execute(command.cdb, direction, buffer, command.timeoutMs);
        return answerOf(command, buffer, answer);
      } catch (error) {
        throw failure(COMMAND_FAILURES, error, command.name);
      }
    },
    close: () => (closing ??= device.close()),
  };
};
