/** What one command carries besides its CDB, seen from the host. */
export type Direction = 'none' | 'from-drive' | 'to-drive';

interface CommandBase {
  /** As the standard spells it, e.g. `READ TRACK INFORMATION`; travels into errors, logs and transcripts. */
  readonly name: string;
  readonly cdb: Uint8Array;
  readonly timeoutMs: number;
}

/** One SCSI command. Data lengths are exact: a drive behind a USB bridge stalls otherwise (Debian bug 794868). */
export type Command =
  | (CommandBase & { readonly direction: 'none' })
  | (CommandBase & { readonly direction: 'from-drive'; readonly length: number })
  | (CommandBase & { readonly direction: 'to-drive'; readonly data: Uint8Array });

interface AnswerBase {
  /** Bytes of data that moved in either direction. */
  readonly moved: number;
}

/**
 * What came back. CHECK CONDITION is an answer, not an exception: half of a drive's normal life is
 * 2/04/xx and 6/28/00.
 */
export type Answer =
  | (AnswerBase & { readonly status: 'good'; readonly data: Uint8Array })
  /** `sense` is raw, fixed or descriptor format, possibly empty: some USB bridges send none. */
  | (AnswerBase & {
      readonly status: 'check-condition';
      readonly sense: Uint8Array;
      readonly data: Uint8Array;
    })
  | (AnswerBase & { readonly status: 'busy' | 'reservation-conflict' })
  /** The command may or may not have reached the drive. `hostStatus` as in Linux' scsi/sg.h (DID_*). */
  | (AnswerBase & { readonly status: 'transport-error'; readonly hostStatus: number });

/** DID_* of the Linux SCSI midlayer, as `Answer.hostStatus`. */
export const HOST_STATUS = {
  noConnect: 0x01,
  busBusy: 0x02,
  timeOut: 0x03,
  badTarget: 0x04,
  abort: 0x05,
  error: 0x07,
  reset: 0x08,
  softError: 0x0b,
} as const;

/**
 * Carries one command at a time to a drive and brings back its answer; commands given while one is on its
 * way wait their turn. Rejects with `drive-lost` when the drive cannot be reached any more.
 */
export interface Transport {
  /** So many bytes one command carries at most, whatever is between host and drive; undefined where nobody says. */
  readonly maxTransferBytes?: number | undefined;
  execute(command: Command): Promise<Answer>;
  close(): Promise<void>;
}
