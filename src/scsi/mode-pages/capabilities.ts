import { uint16be } from '../../binary/codec.js';
import { type InputsOf, type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { decodeList, encodeList } from '../../binary/list.js';
import { encodeModePage, modePage } from './mode-page.js';

/**
 * MMC-3, page 2Ah: what the drive can do, as before there were features. Speeds in kB/s of 1,000 bytes, the
 * buffer in kibibytes. Drives of MMC-1 and MMC-2 stop before byte 28.
 */
export const capabilities = modePage('MM Capabilities and Mechanical Status', 0x2a, 32, {
  dvdRamRead: flag(2, 5),
  dvdRRead: flag(2, 4),
  dvdRomRead: flag(2, 3),
  method2: flag(2, 2),
  cdRwRead: flag(2, 1),
  cdRRead: flag(2, 0),
  dvdRamWrite: flag(3, 5),
  dvdRWrite: flag(3, 4),
  testWrite: flag(3, 2),
  cdRwWrite: flag(3, 1),
  cdRWrite: flag(3, 0),
  bufferUnderrunFree: flag(4, 7),
  multiSession: flag(4, 6),
  mode2Form2: flag(4, 5),
  mode2Form1: flag(4, 4),
  digitalPort2: flag(4, 3),
  digitalPort1: flag(4, 2),
  composite: flag(4, 1),
  audioPlay: flag(4, 0),
  readBarCode: flag(5, 7),
  upc: flag(5, 6),
  isrc: flag(5, 5),
  c2Pointers: flag(5, 4),
  rwDeinterleaved: flag(5, 3),
  rwSupported: flag(5, 2),
  cdDaStreamAccurate: flag(5, 1),
  cdDaCommands: flag(5, 0),
  loadingMechanismType: bits(6, 7, 5),
  eject: flag(6, 3),
  preventJumper: flag(6, 2),
  lockState: flag(6, 1),
  lock: flag(6, 0),
  rwInLeadIn: flag(7, 5),
  sideChange: flag(7, 4),
  softwareSlotSelection: flag(7, 3),
  changerDiscPresence: flag(7, 2),
  separateChannelMute: flag(7, 1),
  separateVolume: flag(7, 0),
  maximumReadSpeed: byte(8, uint16be),
  numberOfVolumeLevels: byte(10, uint16be),
  bufferSize: byte(12, uint16be),
  currentReadSpeed: byte(14, uint16be),
  maximumWriteSpeed: byte(18, uint16be),
  formerCurrentWriteSpeed: byte(20, uint16be),
  copyManagementRevision: byte(22, uint16be),
  rotationControlSelected: bits(27, 1, 0),
  currentWriteSpeed: byte(28, uint16be),
  numberOfWriteSpeeds: byte(30, uint16be),
});

/** MMC-3, page 2Ah. `rotationControl`: 0 CLV, 1 CAV. */
export const writeSpeedPerformance = layout('Logical Unit Write Speed Performance Descriptor', 4, {
  rotationControl: bits(1, 1, 0),
  writeSpeed: byte(2, uint16be),
});

interface Whole {
  /** Fastest first. */
  readonly writeSpeeds: readonly ValuesOf<typeof writeSpeedPerformance>[];
}

export type Capabilities = Omit<ValuesOf<typeof capabilities>, 'numberOfWriteSpeeds'> & Whole;

export const encodeCapabilities = (
  values: Omit<InputsOf<typeof capabilities>, 'numberOfWriteSpeeds'> & Whole,
): Uint8Array => {
  const list = encodeList(writeSpeedPerformance, values.writeSpeeds);
  const head = { ...values, numberOfWriteSpeeds: values.writeSpeeds.length };
  const page = encodeModePage(capabilities, head, capabilities.size - 2 + list.length);
  page.set(list, capabilities.size);
  return page;
};

export const decodeCapabilities = (page: Uint8Array): Capabilities => {
  const values = decodeShort(capabilities, page);
  const list = page.subarray(
    capabilities.size,
    capabilities.size + writeSpeedPerformance.size * values.numberOfWriteSpeeds,
  );
  return { ...values, writeSpeeds: decodeList(writeSpeedPerformance, list) };
};
