import type { Transport } from '../transport/transport.js';
import type { RecordingStatistics, VirtualOperation } from './protocol.js';

/** The one way from a worker to its drive. Between two uses nothing is open, so that others can use it. */
export interface DriveAccess {
  /** Opens it alone, for commands of any kind. Fails with `drive-foreign-busy`, which names the holder. */
  open(): Promise<Transport>;
  /** Opens it for asking without disturbing; fails with `drive-foreign-busy` while somebody else uses it. */
  openToLook(): Promise<Transport>;
  /** The same for somebody who waits for an answer: patient with those who use it only for a moment. */
  openToAsk(): Promise<Transport>;
  /** Changes what lies in a virtual drive; fails with `virtual-only` for others. */
  operate(operation: VirtualOperation): Promise<void>;
  /** How a virtual drive has recorded, at any time; fails with `virtual-only` for others. */
  statistics(): Promise<RecordingStatistics>;
  /** Name beneath /dev, by which the kernel's events are told apart; undefined where there are none. */
  readonly deviceName: string | undefined;
  close(): Promise<void>;
}
