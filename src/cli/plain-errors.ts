import type { z } from 'zod';
import { type ErrorItem, SpindleError } from '../errors.js';

/** What the command line calls fields of requests whose names say something else, by the end of their pointers. */
const OPTIONS: readonly (readonly [end: string, option: string])[] = [
  ['/volume/identifier', '--volume'],
  ['/volumeIdentifier', '--volume'],
  ['/burn/writeMode', '--mode'],
  ['/burn/onNonBlank', '--on-non-blank'],
  ['/import/session', '--import-session'],
  ['/sources', 'SOURCE'],
];

/** What an option takes where its form is not told by a limit. */
const TAKES: Readonly<Record<string, string>> = {
  '--speed': 'takes max, a number of kB/s, or a factor such as 16x',
  '--layer-break': 'takes a number of blocks, auto or drive',
  '--copies': 'takes a number of discs',
  '--import-session': 'takes the number of a session',
};

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The option that a field of the request came from; the pointer itself where no option has that name. */
const optionOf = (pointer: string): string => {
  const row = OPTIONS.find(([end]) => pointer.endsWith(end));
  const last = pointer.slice(pointer.lastIndexOf('/') + 1);
  return row?.[1] ?? (/^[a-zA-Z]+$/.test(last) ? `--${kebab(last)}` : pointer);
};

type Sentence = (...found: string[]) => string;

/** `form`: an option whose form is told in words is told by those. */
type Row = readonly [message: RegExp, sentence: Sentence, form?: 'form'];

/** What the checks of requests say, as a person says it. */
const SENTENCES: readonly Row[] = [
  [/^Too small: expected number to be >=(-?\d+)$/, (least = '') => `must be ${least} or more`],
  [/^Too big: expected number to be <=(-?\d+)$/, (most = '') => `must be ${most} or less`],
  [
    /^Too big: expected string to have <=(\d+) characters$/,
    (most = '') => `may have ${most} characters at most`,
  ],
  [/^Too small: expected string to have >=1 characters$/, () => 'must not be empty'],
  [
    /^Too small: expected array to have >=(\d+) items$/,
    (least = '') => `must be named ${least} times or more`,
  ],
  [/^Too big: expected array to have <=(\d+) items$/, (most = '') => `may be named ${most} times at most`],
  [
    /^Invalid option: expected one of (.+)$/,
    (choices = '') => `takes ${choices.replaceAll('"', '').split('|').join(', ')}`,
    'form',
  ],
  [/^Invalid string: must match pattern/, () => 'does not have the form that it must have', 'form'],
  [/^Invalid input: expected (\w+), received NaN$/, (kind = '') => `takes a ${kind}`, 'form'],
];

const sentenceOf = (option: string, message: string): string => {
  for (const [pattern, sentence, form] of SENTENCES) {
    const found = pattern.exec(message);
    if (found) return `${option} ${(form && TAKES[option]) ?? sentence(...found.slice(1))}`;
  }
  return message.startsWith(option) ? message : `${option}: ${message}`;
};

const plain = ({ pointer, message }: ErrorItem): string => {
  const option = optionOf(pointer);
  return TAKES[option] !== undefined && message === 'Invalid input'
    ? `${option} ${TAKES[option]}`
    : sentenceOf(option, message);
};

const told = (sentences: readonly string[]): string => `${[...new Set(sentences)].join('; ')}.`;

/** What is wrong with a request that the command line made: its options are. */
export const inOptions = (error: SpindleError): SpindleError =>
  /^The (body|query) is not valid:/.test(error.message) && error.errors.length > 0
    ? new SpindleError(error.code, told(error.errors.map(plain)), { cause: error })
    : error;

/** What is wrong with options, as their schema says it. */
export const ofOptions = (error: z.ZodError): SpindleError => {
  const items = error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  return new SpindleError('invalid-request', told(items.map(plain)), { cause: error });
};
