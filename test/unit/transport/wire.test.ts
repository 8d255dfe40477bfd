import { expect, it } from 'vitest';

import type { Command } from '../../../src/transport/transport.js';
import { commandOf, decodeRequest, encodeAnswer, encodeRequest } from '../../../src/transport/wire.js';
import { hex, unhex } from '../../support/hex.js';

const write: Command = {
  name: 'WRITE (10)',
  cdb: unhex('2a 00 00 00 01 00 00 00 02 00'),
  direction: 'to-drive',
  data: new Uint8Array(4096),
  timeoutMs: 60_000,
};

/** Captured: what sgshim.c sends for the same command. */
const REQUEST =
  '53 47 52 31 0a 01 00 00 60 ea 00 00 00 10 00 00 2a 00 00 00 01 00 00 00 02 00 00 00 00 00 00 00';

it('a request is what the shim sends', () => {
  expect(hex(encodeRequest(write))).toBe(REQUEST);
  const head = decodeRequest(unhex(REQUEST));
  expect(commandOf(head, write.data)).toEqual({ ...write, name: 'command 2Ah' });
});

it('an answer is what the shim reads: status, sense, what moved', () => {
  const read: Command = { ...write, direction: 'from-drive', length: 3 };
  const answer = encodeAnswer(read, {
    status: 'check-condition',
    sense: unhex('70 00 03'),
    data: unhex('aa bb cc dd'),
    moved: 4,
  });
  expect(answer.map(hex)).toEqual([
    '53 47 41 31 02 03 00 00 03 00 00 00 00 00 00 00',
    '70 00 03',
    'aa bb cc',
  ]);
  const lost = encodeAnswer(write, { status: 'transport-error', hostStatus: 7, moved: 2048 });
  expect(lost.map(hex)).toEqual(['53 47 41 31 00 00 07 00 00 08 00 00 00 00 00 00', '', '']);
});

it.each([
  ['another magic', `47${REQUEST.slice(2)}`],
  ['a CDB of 5 bytes', REQUEST.replace('31 0a 01', '31 05 01')],
  ['a CDB of 17 bytes', REQUEST.replace('31 0a 01', '31 11 01')],
  ['a fourth direction', REQUEST.replace('0a 01', '0a 03')],
  ['more than 16 MiB', REQUEST.replace('00 10 00 00', '01 00 00 01')],
  ['reserved bytes in use', REQUEST.replace('0a 01 00', '0a 01 01')],
])('%s is no request', (_, bytes) => {
  expect(() => decodeRequest(unhex(bytes))).toThrow();
});
