import { type ErrorCode, SpindleError } from '../../errors.js';
import { UNKNOWN_COMMAND } from '../../scsi/unknown-command.js';
import type { Step } from '../step.js';

/** Codes that only say that a command failed; what was being done tells more. */
const VAGUE: ReadonlySet<ErrorCode> = new Set([
  'drive-fault',
  'command-refused',
  'medium-unreadable',
  'medium-needs-erase',
  'drive-busy',
  'drive-becoming-ready',
]);

const FAILED: Readonly<Partial<Record<Step['do'], ErrorCode>>> = {
  blank: 'erase-failed',
  format: 'format-failed',
  invalidate: 'write-failed',
  write: 'write-failed',
  synchronize: 'write-failed',
  'repair-track': 'close-failed',
  'close-track': 'close-failed',
  'stop-format': 'close-failed',
  'close-session': 'close-failed',
  'close-disc': 'close-failed',
};

/** Addresses run out: 5/21/00 while blocks are written in order means that the medium ends here. */
const OUT_OF_RANGE = '5/21/00';

const codeFor = (step: Step, error: SpindleError): ErrorCode => {
  // The feature that RESERVE TRACK belongs to was there, or the plan had been refused: only the command can tell.
  if (step.do === 'reserve' && error.scsi?.sense === UNKNOWN_COMMAND) return 'reservation-unsupported';
  if (step.transfer && error.scsi?.sense === OUT_OF_RANGE) return 'medium-full';
  return VAGUE.has(error.code) ? (FAILED[step.do] ?? error.code) : error.code;
};

/** The failure of a step, by what it was about. */
export const stepFailure = (step: Step, error: SpindleError): SpindleError => {
  const code = codeFor(step, error);
  if (code === error.code) return error;
  return new SpindleError(code, error.message, {
    cause: error,
    errors: error.errors,
    ...(error.scsi && { scsi: error.scsi }),
  });
};
