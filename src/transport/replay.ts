import { SpindleError } from '../errors.js';
import { fromHex, toHex } from '../binary/hex.js';
import { type TranscriptEntry, keptData } from './transcript.js';
import type { Answer, Command, Transport } from './transport.js';
import { toAnswer, transferLength } from './wire.js';

/** A program that sends something else than what was recorded: not a failure of a drive, but a finding. */
class ReplayDeviation extends Error {
  override readonly name = 'ReplayDeviation';
}

const entryOf = (line: string, index: number): TranscriptEntry => {
  const entry = JSON.parse(line) as TranscriptEntry | { omitted: number };
  if ('omitted' in entry)
    throw new ReplayDeviation(`line ${index + 1}: ${entry.omitted} entries are missing`);
  return entry;
};

/** The first respect in which a command differs from the recorded one. */
const deviation = (entry: TranscriptEntry, command: Command): string | undefined => {
  const sent: readonly (readonly [string, unknown, unknown])[] = [
    ['cdb', toHex(command.cdb), entry.cdb],
    ['direction', command.direction, entry.direction],
    ['length', transferLength(command), entry.length],
    [
      'data',
      command.direction === 'to-drive' ? toHex(keptData(command, command.data)) : undefined,
      command.direction === 'to-drive' ? (entry.data ?? '') : undefined,
    ],
  ];
  const different = sent.find(([, is, was]) => is !== was);
  return different && `${different[0]} is ${String(different[1])}, was ${String(different[2])}`;
};

const STATUS = { good: 0x00, 'check-condition': 0x02, busy: 0x08, 'reservation-conflict': 0x18 } as const;

/** User data is recorded in part only; the rest of it comes back as zeros. */
const answerOf = (entry: TranscriptEntry): Answer => {
  if (entry.status === 'lost') throw new SpindleError('drive-lost', `${entry.name}: the drive was lost here`);
  const data = new Uint8Array(entry.direction === 'from-drive' ? entry.moved : 0);
  if (entry.direction === 'from-drive') data.set(fromHex(entry.data ?? ''));
  return toAnswer({
    status: entry.status === 'transport-error' ? STATUS.good : STATUS[entry.status],
    hostStatus: entry.hostStatus ?? 0,
    sense: fromHex(entry.sense ?? ''),
    moved: entry.moved,
    data,
  });
};

/**
 * Answers as a transcript says, one entry per command. Any other command than the recorded one rejects with a
 * ReplayDeviation; after the last entry the drive is lost.
 */
export const replayTransport = (transcript: string): Transport => {
  const entries = transcript
    .split('\n')
    .filter((line) => line !== '')
    .map(entryOf);
  let at = 0;
  let closed = false;

  const answer = (command: Command): Answer => {
    const entry = closed ? undefined : entries[at];
    if (!entry) throw new SpindleError('drive-lost', `${command.name}: the transcript has ended`);
    const difference = deviation(entry, command);
    if (difference !== undefined) {
      throw new ReplayDeviation(`entry ${at + 1}, ${entry.name}: ${difference} (${command.name})`);
    }
    at += 1;
    return answerOf(entry);
  };

  return {
    execute: (command) => Promise.resolve(command).then(answer),
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
};
