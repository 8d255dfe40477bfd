import {
  type ValidationArgument,
  validationFrame,
  type ValidationResult,
} from '../worker/validation-protocol.js';
import { type CappedOptions, type CappedRun, runCapped } from './capped-process.js';

const VALIDATING = {
  name: 'validating',
  program: 'worker/validating',
  receives: validationFrame,
  died: 'validation-failed',
} as const;

/** Runs one validating process to its end; it writes nothing. */
export const runValidation = (
  argument: ValidationArgument,
  options?: CappedOptions,
): CappedRun<ValidationResult> => runCapped(VALIDATING, JSON.stringify(argument), options);
