import { read10 } from '../scsi/commands/read-10.js';
import { read12 } from '../scsi/commands/read-12.js';
import { readCd } from '../scsi/commands/read-cd.js';
import { verify10 } from '../scsi/commands/verify-10.js';
import { write10 } from '../scsi/commands/write-10.js';
import { write12 } from '../scsi/commands/write-12.js';
import { writeAndVerify10 } from '../scsi/commands/write-and-verify-10.js';

/** The blocks that a command records or reads. */
export interface BlockAccess {
  readonly first: number;
  readonly count: number;
  readonly access: 'read' | 'write';
}

type Decode = (cdb: Uint8Array) => BlockAccess;

const transfer =
  (
    access: BlockAccess['access'],
    command: { decode(cdb: Uint8Array): { logicalBlockAddress: number; transferLength: number } },
  ): Decode =>
  (cdb) => {
    const { logicalBlockAddress, transferLength } = command.decode(cdb);
    return { first: logicalBlockAddress, count: transferLength, access };
  };

const verification: Decode = (cdb) => {
  const { logicalBlockAddress, verificationLength } = verify10.decode(cdb);
  return { first: logicalBlockAddress, count: verificationLength, access: 'read' };
};

const sectors: Decode = (cdb) => {
  const { startingLogicalBlockAddress, transferLength } = readCd.decode(cdb);
  return { first: startingLogicalBlockAddress, count: transferLength, access: 'read' };
};

const DECODERS: Readonly<Record<number, Decode>> = {
  [read10.opcode]: transfer('read', read10),
  [read12.opcode]: transfer('read', read12),
  [readCd.opcode]: sectors,
  [verify10.opcode]: verification,
  [write10.opcode]: transfer('write', write10),
  [write12.opcode]: transfer('write', write12),
  [writeAndVerify10.opcode]: transfer('write', writeAndVerify10),
};

/** Undefined for a command that addresses no blocks. */
export const addressedBlocks = (cdb: Uint8Array): BlockAccess | undefined => DECODERS[cdb[0] ?? 0]?.(cdb);
