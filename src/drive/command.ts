import type { InputsOf } from '../binary/layout.js';
import type { Cdb } from '../scsi/cdb.js';
import type { Command } from '../transport/transport.js';

type AnyCdb = Cdb<unknown, never>;

/** Long enough for a drive that spins up first; what may take longer says so. */
const DEFAULT_TIMEOUT_MS = 30_000;
/** Reading retries by itself where a medium is bad. */
export const READ_TIMEOUT_MS = 60_000;

const base = <C extends AnyCdb>(cdb: C, fields: InputsOf<C>, timeoutMs: number) => ({
  name: cdb.name,
  cdb: cdb.encode(fields as never),
  timeoutMs,
});

export const withoutData = <C extends AnyCdb>(
  cdb: C,
  fields: InputsOf<C>,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Command => ({ ...base(cdb, fields, timeoutMs), direction: 'none' });

/** `length` is exactly what the CDB asks for. */
export const fromDrive = <C extends AnyCdb>(
  cdb: C,
  fields: InputsOf<C>,
  length: number,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Command => ({ ...base(cdb, fields, timeoutMs), direction: 'from-drive', length });

export const toDrive = <C extends AnyCdb>(
  cdb: C,
  fields: InputsOf<C>,
  data: Uint8Array,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Command => ({ ...base(cdb, fields, timeoutMs), direction: 'to-drive', data });
