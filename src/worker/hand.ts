import { once } from 'node:events';
import { createServer, connect, type Server } from 'node:net';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { SpindleError, failure, fromFailure, toFailure } from '../errors.js';
import { checkSocketPath } from '../transport/socket-path.js';
import { type VirtualTarget } from '../virtual/virtual-target.js';
import { openFrames } from './frames.js';
import { operateVirtualDrive } from './operate-virtual-drive.js';
import { virtualOperation, type VirtualOperation } from './protocol.js';

/**
 * SCSI has no command for what a hand does at a drive. A virtual drive with a process of its own is handled through a
 * second socket beside the one for commands: one operation, one answer.
 */
const handPath = (drivePath: string): string => `${drivePath}.hand`;

const handAnswer = z.object({ failure: failure.optional() });
type HandAnswer = z.infer<typeof handAnswer>;

/** Listens beside a drive's socket, whose path somebody has made sure is ours. */
export const serveHand = async (drivePath: string, target: VirtualTarget): Promise<Server> => {
  const path = handPath(drivePath);
  checkSocketPath(path);
  await rm(path, { force: true });
  const server = createServer((socket) => {
    const channel = openFrames<VirtualOperation, HandAnswer>(socket, {
      receives: virtualOperation,
      onFrame: (operation) => {
        operateVirtualDrive(target, operation).then(
          () => {
            channel.send({});
          },
          (error: unknown) => {
            channel.send({ failure: toFailure(error) });
          },
        );
      },
      onEnd: () => undefined,
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
};

/** Has something done at a virtual drive in another process. @throws SpindleError `drive-lost` when it is not there. */
export const useHand = (drivePath: string, operation: VirtualOperation): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(handPath(drivePath));
    const lost = (cause?: unknown): void => {
      reject(new SpindleError('drive-lost', `The virtual drive at ${drivePath} is not there.`, { cause }));
    };
    const channel = openFrames<HandAnswer, VirtualOperation>(socket, {
      receives: handAnswer,
      onFrame: (answer) => {
        if (answer.failure) reject(fromFailure(answer.failure));
        else resolve();
        channel.end();
      },
      onEnd: lost,
    });
    channel.send(operation);
  });
