import type { DaemonAddress } from './connection-failure.js';
import { shownText } from './shown-text.js';

/** Options before the command, for all of them. */
export interface GlobalOptions {
  readonly socket: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** What a command may use: where the daemon is, and ways to answer. */
export interface Context {
  readonly daemon: DaemonAddress;
  /** A person watches standard error: bars may be drawn there. */
  readonly interactive: boolean;
  /** How wide a line of the answer may be: no more than the terminal is. */
  readonly columns: number;
  /** The answer is for a program, which knows things by their ids. */
  readonly json: boolean;
  /** Answers the command: `value` as JSON with --json, else the text. */
  readonly answer: (value: unknown, text: () => string) => void;
  /** Something a person should know; never part of the answer. */
  readonly note: (text: string) => void;
}

export const createContext = (options: GlobalOptions): Context => ({
  daemon: { socket: options.socket, url: options.url, token: options.token },
  interactive: process.stderr.isTTY && !options.json,
  columns: process.stdout.isTTY ? process.stdout.columns : Infinity,
  json: options.json ?? false,
  answer: (value, text) => {
    process.stdout.write(
      options.json ? `${JSON.stringify(value, undefined, 2)}\n` : `${shownText(text())}\n`,
    );
  },
  note: (text) => {
    process.stderr.write(`${shownText(text)}\n`);
  },
});
