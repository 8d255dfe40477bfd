import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { recordTransport, transcriptFile } from '../../../src/transport/recording.js';
import { replayTransport } from '../../../src/transport/replay.js';
import { type TranscriptEntry, transcriptEntry } from '../../../src/transport/transcript.js';
import type { Command, Transport } from '../../../src/transport/transport.js';
import { INQUIRY_DATA, SCRIPT, pattern, scriptedDrive } from '../../support/scripted-drive.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const cdb = (opcode: number): Uint8Array => Uint8Array.of(opcode, 0, 0, 0, 0, 0, 0, 0, 1, 0);
const plain = (opcode: number): Command => ({
  name: `command ${opcode}`,
  cdb: cdb(opcode),
  direction: 'none',
  timeoutMs: 1000,
});
const inquiry: Command = {
  name: 'INQUIRY',
  cdb: Uint8Array.of(0x12, 0, 0, 0, 36, 0),
  direction: 'from-drive',
  length: 36,
  timeoutMs: 1000,
};
const read: Command = {
  name: 'READ (10)',
  cdb: cdb(0x28),
  direction: 'from-drive',
  length: 2048,
  timeoutMs: 1000,
};
const write: Command = {
  name: 'WRITE (10)',
  cdb: cdb(0x2a),
  direction: 'to-drive',
  data: pattern(2048),
  timeoutMs: 1000,
};

const toDrive = (): Transport => ({ execute: scriptedDrive().execute, close: () => Promise.resolve() });

/** The lines of a transcript file after these commands. */
const transcriptOf = async (
  commands: readonly Command[],
  limits?: { characters: number; lastEntries: number },
): Promise<string[]> => {
  const path = join(temporaryFolder(), 'transcript.jsonl');
  const transport = recordTransport(toDrive(), transcriptFile(path, limits));
  for (const command of commands) await transport.execute(command).catch(() => undefined);
  await transport.close();
  return readFileSync(path, 'utf8').trimEnd().split('\n');
};
const parse = (line: string): TranscriptEntry => JSON.parse(line) as TranscriptEntry;

it('keeps replies whole and user data only from its beginning', async () => {
  const [asked, got, sent] = (await transcriptOf([inquiry, read, write])).map(parse);
  expect(asked).toMatchObject({
    name: 'INQUIRY',
    cdb: '12 00 00 00 24 00',
    direction: 'from-drive',
    length: 36,
    moved: 36,
    status: 'good',
  });
  expect(asked?.data?.split(' ')).toHaveLength(INQUIRY_DATA.length);
  expect(got).toMatchObject({ length: 2048, moved: 2048 });
  expect(got?.data?.split(' ')).toHaveLength(64);
  expect(sent?.data).toBe(got?.data);
});

it('keeps what went wrong: sense, host status, a lost drive', async () => {
  const lines = await transcriptOf([plain(0xee), plain(SCRIPT.hostError), plain(SCRIPT.vanish)]);
  expect(lines.map(parse)).toMatchObject([
    { status: 'check-condition', sense: '70 00 05 00 00 00 00 0a 00 00 00 00 20 00 00 00 00 00' },
    { status: 'transport-error', hostStatus: 7 },
    { status: 'lost' },
  ]);
});

it('is bounded: beginning, failures and end stay, and what is missing is counted', async () => {
  const commands = [
    ...Array.from({ length: 50 }, () => write),
    plain(0xee),
    ...Array.from({ length: 50 }, () => write),
  ];
  const lines = await transcriptOf(commands, { characters: 1000, lastEntries: 3 });
  const kept = lines.filter((line) => !line.startsWith('{"omitted"'));
  const omitted = lines.flatMap((line) => /^\{"omitted":(\d+)\}$/.exec(line)?.[1] ?? []).map(Number);
  expect(kept.length).toBeLessThan(15);
  expect(kept.length + omitted.reduce((sum, n) => sum + n, 0)).toBe(101);
  expect(kept.filter((line) => parse(line).status === 'check-condition')).toHaveLength(1);
  expect(omitted).toHaveLength(2);
});

it('that could not be written can be closed all the same', async () => {
  const transcript = transcriptFile(join(temporaryFolder(), 'missing', 'transcript.jsonl'));
  transcript.append(transcriptEntry(write, undefined, 1));
  await transcript.close(); // the file fails before this
  transcript.append(transcriptEntry(write, undefined, 1));
  await transcript.close();
});

it('is replayed as it was recorded', async () => {
  const commands = [inquiry, write, plain(0xee), plain(SCRIPT.busy)];
  const drive = toDrive();
  const recorded = await Promise.all(commands.map((command) => drive.execute(command)));
  const replay = replayTransport((await transcriptOf(commands)).join('\n'));
  expect(await Promise.all(commands.map((command) => replay.execute(command)))).toEqual(recorded);
  await expect(replay.execute(inquiry)).rejects.toMatchObject({ code: 'drive-lost' });
});

it('is not replayed to a program that does something else', async () => {
  const transcript = (await transcriptOf([write])).join('\n');
  const deviations: Command[] = [
    { ...write, cdb: cdb(0xaa) },
    { ...write, data: pattern(4096) },
    { ...write, data: new Uint8Array(2048) },
    { ...read, cdb: write.cdb },
  ];
  for (const deviation of deviations) {
    await expect(replayTransport(transcript).execute(deviation)).rejects.toThrow(/^entry 1, WRITE \(10\): /);
  }
});

it('that has gaps is not replayed', () => {
  expect(() => replayTransport('{"omitted":3}\n')).toThrow('3 entries are missing');
});
