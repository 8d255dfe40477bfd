import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { serveSocket } from '../../src/transport/serve-socket.js';
import type { Answer, Command } from '../../src/transport/transport.js';
import type { VirtualTarget } from '../../src/virtual/virtual-target.js';
import { reopenVirtualDrive } from './virtual-drive.js';
import type { WorkerRig } from './worker-rig.js';

type Instead = (command: Command, drive: VirtualTarget) => Promise<Answer>;

/** The drive of a rig, between which and its worker somebody listens, and may answer in its stead. */
export interface HeardDrive {
  /** Opcodes, in the order in which the drive was sent them. */
  readonly opcodes: number[];
  /** What becomes of commands with an opcode from here on. */
  readonly instead: Map<number, Instead>;
}

/** Starts the worker of the rig in front of its drive, whose home is the test. */
export const startHeard = async (rig: WorkerRig): Promise<HeardDrive> => {
  const drive = reopenVirtualDrive(rig.driveFolder);
  const path = join(rig.folder, 'drive.sock');
  const opcodes: number[] = [];
  const instead = new Map<number, Instead>();
  const server = await serveSocket(path, {
    execute: async (command) => {
      const opcode = command.cdb[0] ?? 0;
      opcodes.push(opcode);
      return (await instead.get(opcode)?.(command, drive)) ?? drive.execute(command);
    },
  });
  onTestFinished(() => server.close());
  rig.start({ location: { transport: 'socket', path } });
  return { opcodes, instead };
};
