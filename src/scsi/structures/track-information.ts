import { uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { type InputsOf, type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';

/**
 * MMC-5 §6.27.3. An address counts only where its valid bit is set. What `reservedTrack`, `blank`, `packet` and
 * `fixedPacket` mean together differs by medium (MMC-5 table "Track Status Indications").
 */
export const trackInformation = layout('Track Information', 48, {
  dataLength: byte(0, uint16be),
  logicalTrackNumberLsb: byte(2, uint8),
  sessionNumberLsb: byte(3, uint8),
  layerJumpRecordingStatus: bits(5, 7, 6),
  damage: flag(5, 5),
  copy: flag(5, 4),
  trackMode: bits(5, 3, 0),
  reservedTrack: flag(6, 7),
  blank: flag(6, 6),
  packet: flag(6, 5),
  fixedPacket: flag(6, 4),
  dataMode: bits(6, 3, 0),
  lastRecordedAddressValid: flag(7, 1),
  nextWritableAddressValid: flag(7, 0),
  logicalTrackStartAddress: byte(8, uint32be),
  nextWritableAddress: byte(12, uint32be),
  freeBlocks: byte(16, uint32be),
  fixedPacketSize: byte(20, uint32be),
  logicalTrackSize: byte(24, uint32be),
  lastRecordedAddress: byte(28, uint32be),
  logicalTrackNumberMsb: byte(32, uint8),
  sessionNumberMsb: byte(33, uint8),
  readCompatibilityLba: byte(36, uint32be),
  nextLayerJumpAddress: byte(40, uint32be),
  lastLayerJumpAddress: byte(44, uint32be),
});

type Split = 'dataLength' | `${'logicalTrackNumber' | 'sessionNumber'}${'Lsb' | 'Msb'}`;

interface Whole {
  readonly logicalTrackNumber: number;
  readonly sessionNumber: number;
}

export type TrackInformation = Omit<ValuesOf<typeof trackInformation>, Split> & Whole;
type TrackInformationInput = Omit<InputsOf<typeof trackInformation>, Split> & Whole;

export const encodeTrackInformation = (values: TrackInformationInput): Uint8Array =>
  trackInformation.encode({
    ...values,
    dataLength: trackInformation.size - 2,
    logicalTrackNumberLsb: values.logicalTrackNumber & 0xff,
    logicalTrackNumberMsb: values.logicalTrackNumber >> 8,
    sessionNumberLsb: values.sessionNumber & 0xff,
    sessionNumberMsb: values.sessionNumber >> 8,
  });

/** Replies of 28, 36, 40 and 48 bytes are all in use; older drives do not know the later fields. */
export const decodeTrackInformation = (reply: Uint8Array): TrackInformation => {
  const values = decodeShort(trackInformation, reply);
  return {
    ...values,
    logicalTrackNumber: values.logicalTrackNumberMsb * 256 + values.logicalTrackNumberLsb,
    sessionNumber: values.sessionNumberMsb * 256 + values.sessionNumberLsb,
  };
};
