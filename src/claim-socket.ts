import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { SpindleError } from './errors.js';
import { checkSocketPath } from './transport/socket-path.js';

const somebodyListens = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });

/**
 * Makes room for our own socket: one that a daemon left when it was killed is removed, a living one is not.
 * @throws SpindleError `runtime-path-too-long`, `socket-in-use`.
 */
export const claimSocket = async (path: string): Promise<void> => {
  checkSocketPath(path);
  if (await somebodyListens(path))
    throw new SpindleError('socket-in-use', `Another program listens at ${path}.`);
  await rm(path, { force: true });
};
