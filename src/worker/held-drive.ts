import type { DriveSession } from '../drive/drive-session.js';
import type { Transport } from '../transport/transport.js';

/** The drive in the hands of one user, on one descriptor until it is released. */
export interface HeldDrive {
  readonly transport: Transport;
  readonly session: DriveSession;
  release(): Promise<void>;
}
