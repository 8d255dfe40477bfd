import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

import { type SocketServer, serveSocket } from '../../../src/transport/serve-socket.js';
import { openSocket } from '../../../src/transport/socket.js';
import type { Command, Transport } from '../../../src/transport/transport.js';
import { unhex } from '../../support/hex.js';
import { SCRIPT, type ScriptedDrive, scriptedDrive } from '../../support/scripted-drive.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const command = (opcode: number, timeoutMs = 30_000): Command => ({
  name: `command ${opcode}`,
  cdb: Uint8Array.of(opcode, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  direction: 'none',
  timeoutMs,
});
const testUnitReady = { ...command(0), cdb: new Uint8Array(6) };

const serving = async (
  path: string,
  drive = scriptedDrive(),
): Promise<{ drive: ScriptedDrive; server: SocketServer }> => {
  const server = await serveSocket(path, drive);
  onTestFinished(() => server.close());
  return { drive, server };
};

const opened = async (path: string): Promise<Transport> => {
  const transport = await openSocket(path);
  onTestFinished(() => transport.close());
  return transport;
};

const socketPath = (): string => join(temporaryFolder(), 'drive.sock');

it('carries every kind of answer', async () => {
  const path = socketPath();
  await serving(path);
  const transport = await opened(path);
  expect(await transport.execute(command(SCRIPT.busy))).toEqual({ status: 'busy', moved: 0 });
  expect(await transport.execute(command(SCRIPT.conflict))).toEqual({
    status: 'reservation-conflict',
    moved: 0,
  });
  const lost = { status: 'transport-error', hostStatus: 7, moved: 0 };
  expect(await transport.execute(command(SCRIPT.hostError))).toEqual(lost);
});

it('tells with each answer how much one command carries', async () => {
  const path = socketPath();
  const { execute } = scriptedDrive();
  const limited = await serveSocket(path, { maxTransferBytes: 32_768, execute });
  onTestFinished(() => limited.close());
  const transport = await opened(path);
  await transport.execute(testUnitReady);
  expect(transport.maxTransferBytes).toBe(32_768);
  const other = socketPath();
  await serving(other);
  const free = await opened(other);
  await free.execute(testUnitReady);
  expect(free.maxTransferBytes).toBeUndefined();
});

it('moves 16 MiB either way', async () => {
  const path = socketPath();
  const { drive } = await serving(path);
  const transport = await opened(path);
  const data = new Uint8Array(16 * 1024 * 1024).fill(0x5a);
  const base = { name: 'large', timeoutMs: 30_000 };
  const cdb = (opcode: number): Uint8Array => Uint8Array.of(opcode, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  const written = await transport.execute({ ...base, cdb: cdb(0x2a), direction: 'to-drive', data });
  expect(written).toMatchObject({ status: 'good', moved: data.length });
  const received = drive.executed[0]!;
  expect(received.direction === 'to-drive' && Buffer.from(received.data).equals(data)).toBe(true);
  const read = await transport.execute({
    ...base,
    cdb: cdb(0x28),
    direction: 'from-drive',
    length: data.length,
  });
  expect(read.moved).toBe(data.length);
});

it('answers DID_TIME_OUT for a drive that is late, and goes on with the next command', async () => {
  const path = socketPath();
  const { drive } = await serving(path);
  const transport = await opened(path);
  expect(await transport.execute(command(SCRIPT.hang, 20))).toMatchObject({
    status: 'transport-error',
    hostStatus: 3,
  });
  drive.release();
  expect(await transport.execute(testUnitReady)).toMatchObject({ status: 'good' });
});

it('loses the command that was on its way when the server ends, and finds the drive again when it is back', async () => {
  const path = socketPath();
  const { drive, server } = await serving(path);
  const transport = await opened(path);
  const hanging = transport.execute(command(SCRIPT.hang));
  const lost = expect(hanging).rejects.toMatchObject({ code: 'drive-lost' });
  await expect.poll(() => drive.executed.length).toBe(1);
  await server.close();
  await lost;
  await expect(transport.execute(testUnitReady)).rejects.toMatchObject({ code: 'drive-lost' });
  await serving(path);
  expect(await transport.execute(testUnitReady)).toMatchObject({ status: 'good' });
});

it('a drive that vanishes behind the server is lost', async () => {
  const path = socketPath();
  await serving(path);
  const transport = await opened(path);
  await expect(transport.execute(command(SCRIPT.vanish))).rejects.toMatchObject({ code: 'drive-lost' });
});

it('an answer that makes no sense loses the drive instead of being believed', async () => {
  const path = socketPath();
  const liar = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(unhex('53 47 41 31 00 00 00 00 ff 00 00 00 00 00 00 00')));
  }).listen(path);
  onTestFinished(() => void liar.close());
  await once(liar, 'listening');
  const transport = await opened(path);
  await expect(transport.execute(testUnitReady)).rejects.toMatchObject({ code: 'drive-lost' });
});

it('serialises the commands of all connections', async () => {
  const path = socketPath();
  const { drive } = await serving(path);
  const transports = await Promise.all([opened(path), opened(path), opened(path)]);
  await Promise.all(
    transports.flatMap((transport) => Array.from({ length: 10 }, () => transport.execute(testUnitReady))),
  );
  expect(drive.executed).toHaveLength(30);
  expect(drive.mostAtOnce).toBe(1);
});

it('cuts off whoever speaks another protocol, and serves the others', async () => {
  const path = socketPath();
  const { drive } = await serving(path);
  const stranger = connect(path);
  stranger.on('error', () => undefined);
  stranger.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(stranger, 'close');
  const unfinished = connect(path);
  onTestFinished(() => void unfinished.destroy());
  unfinished.write(unhex('53 47 52 31 0a 01')); // and nothing more
  const transport = await opened(path);
  expect(await transport.execute(testUnitReady)).toMatchObject({ status: 'good' });
  expect(drive.executed).toHaveLength(1);
});

it('is for its owner only, and gone when it is closed', async () => {
  const path = socketPath();
  const { server } = await serving(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await server.close();
  expect(existsSync(path)).toBe(false);
});

it('takes the place of a dead server but not of a living one', async () => {
  const path = socketPath();
  const abandon = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  expect(() => execFileSync(process.execPath, ['--eval', abandon, '--', path])).toThrow();
  expect(existsSync(path)).toBe(true);
  await serving(path);
  await expect(serveSocket(path, scriptedDrive())).rejects.toMatchObject({ code: 'output-exists' });
});

it('a path that Unix sockets cannot hold is refused by both ends', async () => {
  const path = join(temporaryFolder(), 'x'.repeat(108));
  await expect(serveSocket(path, scriptedDrive())).rejects.toMatchObject({ code: 'runtime-path-too-long' });
  await expect(openSocket(path)).rejects.toMatchObject({ code: 'runtime-path-too-long' });
});

it('a socket where nobody listens has no drive', async () => {
  await expect(openSocket(socketPath())).rejects.toMatchObject({ code: 'drive-lost' });
});
