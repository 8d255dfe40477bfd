import { type Stats, statSync } from 'node:fs';
import path from 'node:path';
import { SpindleError } from '../errors.js';
import { groupName } from '../groups.js';
import { systemErrorCode } from '../os/system-error.js';

/** Where the daemon listens: its Unix socket, or a loopback address with a token. */
export interface DaemonAddress {
  readonly socket: string;
  readonly url: string | undefined;
  readonly token: string | undefined;
}

/** The file itself; undefined where a directory above it may not be entered, or nothing is there. */
const look = (file: string): Stats | undefined => {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
};

const whoMay = (socket: string): string => {
  const found = look(socket);
  if (!found) return `The kernel does not let you into ${path.dirname(socket)}, where the socket lies`;
  const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
  return `The kernel does not let you connect: the socket is of user ${found.uid} and group ${groupName(found.gid)}, mode ${mode}`;
};

/** What the kernel forbids at a Unix socket is no daemon that is not there: starting another one would not help. */
export const notPermitted = (socket: string, cause: unknown): SpindleError =>
  new SpindleError('socket-not-permitted', `${socket}: ${whoMay(socket)}.`, { cause });

/** Why a request got no answer at this address. */
export const connectionFailure = (address: DaemonAddress, cause: unknown): SpindleError =>
  address.url === undefined && systemErrorCode(cause) === 'EACCES'
    ? notPermitted(address.socket, cause)
    : new SpindleError('daemon-unreachable', `No daemon answers at ${address.url ?? address.socket}.`, {
        cause,
      });
