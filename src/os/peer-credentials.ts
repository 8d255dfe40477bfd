import type { Socket } from 'node:net';

import { SpindleError } from '../errors.js';
import { os } from './native.js';

/** Who is at the other end of a Unix socket, as it was when it connected. Trust uid and groups, never pid. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

/** Node documents no way to the descriptor of a socket; where this one ends, nobody is trusted. */
const descriptorOf = (socket: Socket): number => {
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: unknown } | null };
  const fd = handle?.fd;
  if (typeof fd !== 'number' || fd < 0) {
    throw new SpindleError('unauthenticated', 'The peer cannot be known: the socket has no descriptor');
  }
  return fd;
};

/** Asks the kernel who is at the other end of a Unix socket; fails with `unauthenticated` if it cannot say. */
export const peerCredentials = (socket: Socket): PeerCredentials => {
  const fd = descriptorOf(socket);
  try {
    return os.peerCredentials(fd);
  } catch (error) {
    throw new SpindleError('unauthenticated', 'The kernel does not say who the peer is', { cause: error });
  }
};

/** Neither root nor the user of this process: nobody of ours. Fails with `unauthenticated` where the kernel cannot say. */
export const isStranger = (socket: Socket): boolean => {
  const { uid } = peerCredentials(socket);
  return uid !== process.getuid?.() && uid !== 0;
};
