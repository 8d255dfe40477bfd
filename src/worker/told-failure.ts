import { type Failure, isSpindleError, toFailure } from '../errors.js';
import { fitInFrame } from './fit-in-frame.js';

/** A failure as it fits into a frame; what nobody foresaw goes to the log of the process as it is. */
export const toldFailure = (error: unknown): Failure => {
  if (!isSpindleError(error)) console.error(error);
  const { errors, ...failure } = toFailure(error);
  return { ...failure, ...(errors && { errors: fitInFrame(errors).kept }) };
};
