import { CommanderError } from 'commander';
import { z } from 'zod';
import { isSpindleError, type SpindleError } from '../errors.js';
import { EXIT, exitCodeOfError } from './exit-codes.js';
import { inOwnWords, remedyFor } from './own-words.js';
import { inOptions, ofOptions } from './plain-errors.js';

/** So many things that are wrong help; more only push the message off the screen. */
const MOST_ITEMS = 8;

/** What the message says already is not said again. */
const itemsOf = ({ message, errors }: SpindleError): string[] => {
  const lines = errors
    .filter((item) => !message.includes(item.message))
    .map((item) => `  ${item.pointer}: ${item.message}`);
  const left = lines.length - MOST_ITEMS;
  return left > 1 ? [...lines.slice(0, MOST_ITEMS), `  and ${left} more; --json lists all`] : lines;
};

const describe = (error: SpindleError): string => {
  const said = inOptions(error);
  return [`spindle: ${said.code}: ${inOwnWords(said.message)}`, ...itemsOf(said), remedyFor(said.code)]
    .filter((line) => line !== undefined)
    .join('\n');
};

const asJson = ({ code, message, errors }: Pick<SpindleError, 'code' | 'message' | 'errors'>): string =>
  JSON.stringify({ code, detail: message, remedy: remedyFor(code), errors });

const tell = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const reportSpindleError = (error: SpindleError, json: boolean): number => {
  tell(json ? asJson(error) : describe(error));
  return exitCodeOfError(error.code);
};

/** commander has said in words what is wrong; --help and --version end with code 0. */
const reportUsage = ({ exitCode, code, message }: CommanderError, json: boolean): number => {
  if (exitCode === 0) return EXIT.ok;
  const detail = code === 'commander.help' ? 'No command is named.' : message.replace(/^error: /, '');
  if (json) tell(asJson({ code: 'invalid-request', message: detail, errors: [] }));
  return EXIT.usage;
};

/** Every failure ends in one message and one exit code. */
export const reportFailure = (error: unknown, json: boolean): number => {
  if (error instanceof CommanderError) return reportUsage(error, json);
  if (isSpindleError(error)) return reportSpindleError(error, json);
  if (error instanceof z.ZodError) return reportSpindleError(ofOptions(error), json);
  const bug = String(error instanceof Error ? error.stack : error);
  tell(json ? asJson({ code: 'internal', message: bug, errors: [] }) : `spindle: ${bug}`);
  return EXIT.internal;
};
