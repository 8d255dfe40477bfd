import type { ErrorCode } from '../errors.js';
import type { Job } from '../jobs/records.js';

/** What the shell is told; scripts rely on these numbers. */
export const EXIT = {
  ok: 0,
  internal: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  jobFailed: 5,
  canceled: 6,
  partlyGood: 7,
  mediumNeeded: 8,
  stillRecording: 9,
  /** 128 and SIGINT, as shells have it. */
  interrupted: 130,
  /** 128 and SIGPIPE. */
  readerGone: 141,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_ERROR: Partial<Record<ErrorCode, ExitCode>> = {
  'daemon-unreachable': EXIT.unreachable,
  'invalid-request': EXIT.usage,
  'schema-violation': EXIT.usage,
  internal: EXIT.internal,
  canceled: EXIT.canceled,
  'medium-not-present': EXIT.mediumNeeded,
  'disc-needed': EXIT.mediumNeeded,
};

/** A failure that was foreseen is a refusal unless the table says otherwise. */
export const exitCodeOfError = (code: ErrorCode): ExitCode => BY_ERROR[code] ?? EXIT.refused;

/** How a job ended, or that it waits for a person. */
export const exitCodeOfJob = ({ state, outcome }: Pick<Job, 'state' | 'outcome'>): ExitCode => {
  if (state === 'completed') return outcome === 'partial' ? EXIT.partlyGood : EXIT.ok;
  if (state === 'canceled') return EXIT.canceled;
  return state === 'waiting' ? EXIT.mediumNeeded : EXIT.jobFailed;
};
