import type { z } from 'zod';
import { type ErrorItem, SpindleError } from '../errors.js';

/** What the command line calls fields of requests whose names say something else, by the end of their pointers. */
const OPTIONS: readonly (readonly [end: string, option: string])[] = [
  ['/volume/identifier', '--volume'],
  ['/volumeIdentifier', '--volume'],
  ['/volume/zoneMinutes', '--time-zone'],
  ['/burn/writeMode', '--mode'],
  ['/burn/onNonBlank', '--on-non-blank'],
  ['/import/session', '--import-session'],
  ['/sources', 'SOURCE'],
  ['/cdb', 'CDB'],
  ['/page', 'BYTES'],
  ['/payload', 'BYTES'],
  ['/expiresAt', '--expires'],
];

/** Of the path of a request: nothing lies above them. */
const ARGUMENTS: ReadonlyMap<string, string> = new Map([
  ['/id', 'ID'],
  ['/code', 'CODE'],
  ['/format', 'FORMAT'],
]);

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The option that a field of the request came from; the pointer itself where no option has that name. */
const optionOf = (pointer: string): string => {
  const argument = ARGUMENTS.get(pointer);
  if (argument !== undefined) return argument;
  const row = OPTIONS.find(([end]) => pointer.endsWith(end));
  const last = pointer.slice(pointer.lastIndexOf('/') + 1);
  return row?.[1] ?? (/^[a-zA-Z]+$/.test(last) ? `--${kebab(last)}` : pointer);
};

const plain = ({ pointer, message }: ErrorItem): string => `${optionOf(pointer)} ${message}`;

const told = (sentences: readonly string[]): string => `${[...new Set(sentences)].join('; ')}.`;

/** Of what the daemon says of the form of a request: then every item is a field of it, and its message goes behind a name. */
const OF_FORM: ReadonlySet<string> = new Set(['schema-violation', 'invalid-request', 'not-found']);

/** What is wrong with a request that the command line made: its options are. */
export const inOptions = (error: SpindleError): SpindleError =>
  OF_FORM.has(error.code) && error.errors.some(({ pointer }) => pointer.startsWith('/'))
    ? new SpindleError(error.code, told(error.errors.map(plain)), { cause: error })
    : error;

/** What is wrong with options, as their schema says it. */
export const ofOptions = (error: z.ZodError): SpindleError => {
  const items = error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  return new SpindleError('invalid-request', told(items.map(plain)), { cause: error });
};
