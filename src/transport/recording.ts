import { createWriteStream } from 'node:fs';

import { type TranscriptEntry, transcriptEntry } from './transcript.js';
import type { Answer, Command, Transport } from './transport.js';

/** Where entries go; must not block, since a drive waits for its next command. */
export interface Transcript {
  append(entry: TranscriptEntry): void;
  close(): Promise<void>;
}

export interface TranscriptLimits {
  /** Characters from the beginning of the attempt; after them only what went wrong, up to as many again. */
  readonly characters: number;
  /** Entries kept from the end of the attempt. */
  readonly lastEntries: number;
}

/** Lines wait so long for others, so that a drive at full speed costs a few writes a second and not a thousand. */
const GATHER_MS = 250;

const LIMITS: TranscriptLimits = { characters: 4_000_000, lastEntries: 100 };

/**
 * A transcript in a file: the beginning, whatever was not answered GOOD, and the end, with `{"omitted": n}`
 * where entries are missing. Lines are written behind the back of the drive and never synced.
 */
export const transcriptFile = (path: string, limits: TranscriptLimits = LIMITS): Transcript => {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  file.on('error', () => undefined); // a full disk must not stop a burn
  const last: string[] = [];
  let written = 0;
  let omitted = 0;
  let gathering: NodeJS.Timeout | undefined;

  const gather = (): void => {
    if (gathering) return;
    file.cork();
    gathering = setTimeout(() => {
      gathering = undefined;
      file.uncork();
    }, GATHER_MS);
  };
  const write = (line: string): void => {
    gather();
    if (omitted > 0) file.write(`{"omitted":${omitted}}\n`);
    omitted = 0;
    file.write(`${line}\n`);
    written += line.length;
  };
  const keepForLater = (line: string): void => {
    last.push(line);
    if (last.length <= limits.lastEntries) return;
    last.shift();
    omitted += 1;
  };
  const flush = (): void => {
    for (const line of last.splice(0)) write(line);
  };

  return {
    append: (entry) => {
      const line = JSON.stringify(entry);
      const allowed = entry.status === 'good' ? limits.characters : 2 * limits.characters;
      if (last.length === 0 && written < limits.characters) write(line);
      else if (entry.status !== 'good' && written < allowed) {
        flush();
        write(line);
      } else keepForLater(line);
    },
    close: () =>
      new Promise((resolve) => {
        flush();
        clearTimeout(gathering);
        // A stream that failed has closed already, and never says so again.
        if (file.closed) {
          resolve();
          return;
        }
        file.once('close', resolve);
        file.end();
      }),
  };
};

/** Passes commands on and keeps a transcript of them; closing it closes both. */
export const recordTransport = (transport: Transport, transcript: Transcript): Transport => {
  const execute = async (command: Command): Promise<Answer> => {
    const begin = performance.now();
    let answer: Answer | undefined;
    try {
      return (answer = await transport.execute(command));
    } finally {
      transcript.append(transcriptEntry(command, answer, performance.now() - begin));
    }
  };
  return {
    get maxTransferBytes() {
      return transport.maxTransferBytes;
    },
    execute,
    close: async () => {
      await transport.close();
      await transcript.close();
    },
  };
};
