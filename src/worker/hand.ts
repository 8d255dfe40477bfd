import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { SpindleError, failure, fromFailure, toFailure } from '../errors.js';
import { checkSocketPath } from '../transport/socket-path.js';
import { before } from './command-deadline.js';
import { openFrames } from './frames.js';
import type { PluggedDrive } from './plugged-drive.js';
import {
  recordingStatistics,
  type RecordingStatistics,
  virtualOperation,
  type VirtualOperation,
} from './protocol.js';

/**
 * SCSI has no command for what a hand does at a drive. A virtual drive with a process of its own is handled through a
 * second socket beside the one for commands: one operation or question, one answer.
 */
const handPath = (drivePath: string): string => `${drivePath}.hand`;

const handRequest = z.union([
  virtualOperation,
  z.object({ kind: z.literal('statistics') }),
  z.object({ kind: z.literal('off') }),
]);
type HandRequest = z.infer<typeof handRequest>;

const handAnswer = z.object({ failure: failure.optional(), statistics: recordingStatistics.optional() });
type HandAnswer = z.infer<typeof handAnswer>;

const answerHand = async (
  drive: PluggedDrive,
  request: HandRequest,
  onOff: () => void,
): Promise<HandAnswer> => {
  try {
    if (request.kind === 'statistics') return { statistics: drive.statistics() };
    if (request.kind === 'off') onOff();
    else await drive.operate(request);
    return {};
  } catch (error) {
    return { failure: toFailure(error) };
  }
};

/** Listens beside a drive's socket, whose path somebody has made sure is ours; `onOff` is the switch at its back. */
export const serveHand = async (
  drivePath: string,
  drive: PluggedDrive,
  onOff: () => void,
): Promise<Server> => {
  const path = handPath(drivePath);
  checkSocketPath(path);
  await rm(path, { force: true });
  const server = createServer((socket) => {
    const channel = openFrames<HandRequest, HandAnswer>(socket, {
      receives: handRequest,
      onFrame: (request) => {
        void answerHand(drive, request, onOff).then((answer) => {
          channel.send(answer);
        });
      },
      onEnd: () => undefined,
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return server;
};

const gone = (drivePath: string, cause?: unknown): SpindleError =>
  new SpindleError('drive-lost', `The virtual drive at ${drivePath} is not there.`, { cause });

/** A hand waits for the command that the drive is doing, and not for one that never ends. */
const HAND_LIMIT_MS = 30_000;

const exchange = async (drivePath: string, request: HandRequest): Promise<HandAnswer> => {
  const socket = connect(handPath(drivePath));
  try {
    return await before(
      HAND_LIMIT_MS,
      `The virtual drive at ${drivePath}`,
      answerTo(socket, drivePath, request),
    );
  } finally {
    socket.destroy();
  }
};

const answerTo = (socket: Socket, drivePath: string, request: HandRequest): Promise<HandAnswer> =>
  new Promise((resolve, reject) => {
    const channel = openFrames<HandAnswer, HandRequest>(socket, {
      receives: handAnswer,
      onFrame: (answer) => {
        if (answer.failure) reject(fromFailure(answer.failure));
        else resolve(answer);
      },
      onEnd: (cause) => {
        reject(gone(drivePath, cause));
      },
    });
    channel.send(request);
  });

/** Has something done at a virtual drive in another process. @throws SpindleError `drive-lost` when it is not there, `drive-timeout` when it is stuck. */
export const useHand = async (drivePath: string, operation: VirtualOperation): Promise<void> => {
  await exchange(drivePath, operation);
};

/** How a virtual drive in another process has recorded. @throws SpindleError `drive-lost` when it is not there. */
export const askHand = async (drivePath: string): Promise<RecordingStatistics> => {
  const { statistics } = await exchange(drivePath, { kind: 'statistics' });
  if (!statistics) throw gone(drivePath);
  return statistics;
};

/** Switches off a virtual drive in another process, which ends. @throws SpindleError `drive-lost` when it is not there. */
export const switchOff = async (drivePath: string): Promise<void> => {
  await exchange(drivePath, { kind: 'off' });
};
