import { requireUnprotected } from '../protection.js';
import { refusal } from '../refusal.js';
import type { VirtualDrive } from '../virtual-drive.js';

/** A command as a handler gets it: the CDB, and what the host sent along. */
export interface Request {
  readonly cdb: Uint8Array;
  readonly data: Uint8Array;
}

/** Nothing, or the whole reply: it is cut to what the host asked for elsewhere. */
type Reply = Uint8Array | undefined;

/** Does a command or throws a Refusal. */
export type Handler = (drive: VirtualDrive, request: Request) => Reply | Promise<Reply>;

/** The medium is there and recognised, and the drive is not at work. */
export const whenReady =
  (handler: Handler): Handler =>
  (drive, request) => {
    drive.requireReady();
    return handler(drive, request);
  };

/** That, and the tables of the medium can be read. */
export const whenTablesRead = (handler: Handler): Handler =>
  whenReady((drive, request) => {
    if (drive.lies('unreadable-tables') && drive.tables.underway === 'blank') throw refusal('3/57/00');
    return handler(drive, request);
  });

/** The drive is ready, and nothing protects the medium. */
export const whenWritable = (handler: Handler): Handler =>
  whenReady((drive, request) => {
    requireUnprotected(drive);
    return handler(drive, request);
  });

/** The drive is not at work, with or without a medium. */
export const whenIdle =
  (handler: Handler): Handler =>
  (drive, request) => {
    drive.requireIdle();
    return handler(drive, request);
  };
