import { CommanderError } from 'commander';
import { z } from 'zod';
import { isSpindleError, type SpindleError } from '../errors.js';
import { isReaderGone } from './end-with-reader.js';
import { EXIT, exitCodeOfError } from './exit-codes.js';
import { linesOfItems } from './failure-items.js';
import { inOwnWords, remedyFor } from './own-words.js';
import { inOptions, ofOptions } from './plain-errors.js';
import { shownText } from './shown-text.js';

/** How a failure is told, and of which command. */
interface Telling {
  readonly json: boolean;
  /** Its words, `image import` say; empty where none was understood. */
  readonly command: string;
}

const describe = (error: SpindleError, command: string): string => {
  const { code, message, errors } = inOptions(error);
  return [
    `spindle: ${code}: ${inOwnWords(message)}`,
    ...linesOfItems({ detail: message, errors: [...errors] }),
    remedyFor(code, command),
  ]
    .filter((line) => line !== undefined)
    .join('\n');
};

const asJson = (
  { code, message, errors }: Pick<SpindleError, 'code' | 'message' | 'errors'>,
  command: string,
): string => JSON.stringify({ code, detail: message, remedy: remedyFor(code, command), errors });

const tell = (text: string): void => {
  process.stderr.write(`${shownText(text)}\n`);
};

const reportSpindleError = (error: SpindleError, { json, command }: Telling): number => {
  tell(json ? asJson(error, command) : describe(error, command));
  return exitCodeOfError(error.code);
};

/** commander has said in words what is wrong; --help and --version end with code 0. */
const reportUsage = ({ exitCode, code, message }: CommanderError, { json, command }: Telling): number => {
  if (exitCode === 0) return EXIT.ok;
  const detail = code === 'commander.help' ? 'No command is named.' : message.replace(/^error: /, '');
  if (json) tell(asJson({ code: 'invalid-request', message: detail, errors: [] }, command));
  return EXIT.usage;
};

/** Every failure ends in one message and one exit code. */
export const reportFailure = (error: unknown, telling: Telling): number => {
  if (isReaderGone(error)) return EXIT.readerGone;
  if (error instanceof CommanderError) return reportUsage(error, telling);
  if (isSpindleError(error)) return reportSpindleError(error, telling);
  if (error instanceof z.ZodError) return reportSpindleError(ofOptions(error), telling);
  const { json, command } = telling;
  const bug = String(error instanceof Error ? error.stack : error);
  tell(json ? asJson({ code: 'internal', message: bug, errors: [] }, command) : `spindle: ${bug}`);
  return EXIT.internal;
};
