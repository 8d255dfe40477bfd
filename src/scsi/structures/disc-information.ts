import { bytes, uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { type InputsOf, type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

/**
 * MMC-5 §6.22.3.1, data type 0. Disc status: 0 empty, 1 appendable, 2 complete, 3 others. Last session: 0 empty,
 * 1 incomplete, 2 damaged, 3 complete. The two addresses are 0, M, S, F on CD and blocks elsewhere.
 */
export const discInformation = layout('Disc Information', 34, {
  discInformationLength: byte(0, uint16be),
  dataType: bits(2, 7, 5),
  erasable: flag(2, 4),
  stateOfLastSession: bits(2, 3, 2),
  discStatus: bits(2, 1, 0),
  numberOfFirstTrack: byte(3, uint8),
  numberOfSessionsLsb: byte(4, uint8),
  firstTrackInLastSessionLsb: byte(5, uint8),
  lastTrackInLastSessionLsb: byte(6, uint8),
  discIdentificationValid: flag(7, 7),
  discBarCodeValid: flag(7, 6),
  unrestrictedUse: flag(7, 5),
  discApplicationCodeValid: flag(7, 4),
  dirty: flag(7, 2),
  backgroundFormatStatus: bits(7, 1, 0),
  discType: byte(8, uint8),
  numberOfSessionsMsb: byte(9, uint8),
  firstTrackInLastSessionMsb: byte(10, uint8),
  lastTrackInLastSessionMsb: byte(11, uint8),
  discIdentification: byte(12, uint32be),
  lastSessionLeadInStart: byte(16, uint32be),
  lastPossibleLeadOutStart: byte(20, uint32be),
  discBarCode: byte(24, bytes(8)),
  discApplicationCode: byte(32, uint8),
  numberOfOpcTables: byte(33, uint8),
});

/** MMC-5 §6.22.3.1: the calibration that was done for one speed. */
export const opcTable = layout('OPC Table', 8, {
  speed: byte(0, uint16be),
  values: byte(2, bytes(6)),
});

type Split =
  | 'discInformationLength'
  | 'dataType'
  | 'numberOfOpcTables'
  | `${'numberOfSessions' | 'firstTrackInLastSession' | 'lastTrackInLastSession'}${'Lsb' | 'Msb'}`;

interface Whole {
  readonly numberOfSessions: number;
  readonly firstTrackInLastSession: number;
  readonly lastTrackInLastSession: number;
  readonly opcTables: readonly ValuesOf<typeof opcTable>[];
}

export type DiscInformation = Omit<ValuesOf<typeof discInformation>, Split> & Whole;
type DiscInformationInput = Omit<InputsOf<typeof discInformation>, Split> & Whole;

export const encodeDiscInformation = (values: DiscInformationInput): Uint8Array => {
  const { numberOfSessions, firstTrackInLastSession, lastTrackInLastSession, opcTables } = values;
  const head = discInformation.encode({
    ...values,
    discInformationLength: discInformation.size - 2 + opcTable.size * opcTables.length,
    dataType: 0,
    numberOfSessionsLsb: numberOfSessions & 0xff,
    numberOfSessionsMsb: numberOfSessions >> 8,
    firstTrackInLastSessionLsb: firstTrackInLastSession & 0xff,
    firstTrackInLastSessionMsb: firstTrackInLastSession >> 8,
    lastTrackInLastSessionLsb: lastTrackInLastSession & 0xff,
    lastTrackInLastSessionMsb: lastTrackInLastSession >> 8,
    numberOfOpcTables: opcTables.length,
  });
  return concatenate(head, encodeList(opcTable, opcTables));
};

export const decodeDiscInformation = (reply: Uint8Array): DiscInformation => {
  const values = decodeShort(discInformation, reply);
  const tables = reply.subarray(
    discInformation.size,
    discInformation.size + opcTable.size * values.numberOfOpcTables,
  );
  return {
    ...values,
    numberOfSessions: values.numberOfSessionsMsb * 256 + values.numberOfSessionsLsb,
    firstTrackInLastSession: values.firstTrackInLastSessionMsb * 256 + values.firstTrackInLastSessionLsb,
    lastTrackInLastSession: values.lastTrackInLastSessionMsb * 256 + values.lastTrackInLastSessionLsb,
    opcTables: decodeList(opcTable, tables),
  };
};
