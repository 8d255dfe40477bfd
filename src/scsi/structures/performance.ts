import { uint32be } from '../../binary/codec.js';
import { type Layout, type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

/** MMC-5 §6.8.3. The length counts what follows it. */
const performanceHeader = layout('Performance Header', 8, {
  performanceDataLength: byte(0, uint32be),
  write: flag(4, 1),
  except: flag(4, 0),
});

/** MMC-5 §6.8.3, type 0 with nominal performance; kB/s of 1,000 bytes. */
export const nominalPerformanceDescriptor = layout('Nominal Performance Descriptor', 16, {
  startLba: byte(0, uint32be),
  startPerformance: byte(4, uint32be),
  endLba: byte(8, uint32be),
  endPerformance: byte(12, uint32be),
});

/** MMC-5 §6.8.3, type 3; kB/s of 1,000 bytes. `writeRotationControl`: 0 by the medium (mostly CLV), 1 CAV. */
export const writeSpeedDescriptor = layout('Write Speed Descriptor', 16, {
  writeRotationControl: bits(0, 4, 3),
  restoreDriveDefaults: flag(0, 2),
  exact: flag(0, 1),
  mixedReadWrite: flag(0, 0),
  endLba: byte(4, uint32be),
  readSpeed: byte(8, uint32be),
  writeSpeed: byte(12, uint32be),
});

export type NominalPerformance = ValuesOf<typeof nominalPerformanceDescriptor>;
export type WriteSpeed = ValuesOf<typeof writeSpeedDescriptor>;

const reply = (descriptors: Uint8Array, write: boolean, except = false): Uint8Array =>
  concatenate(
    performanceHeader.encode({
      performanceDataLength: performanceHeader.size - 4 + descriptors.length,
      write,
      except,
    }),
    descriptors,
  );

/** What was announced and sent; a drive may announce more than it was asked for. */
const entries = <V>(of: Layout<V, never>, bytes: Uint8Array): V[] => {
  const { performanceDataLength } = decodeShort(performanceHeader, bytes);
  return decodeList(of, bytes.subarray(performanceHeader.size, 4 + performanceDataLength));
};

export const encodeNominalPerformance = (
  descriptors: readonly NominalPerformance[],
  write: boolean,
): Uint8Array => reply(encodeList(nominalPerformanceDescriptor, descriptors), write);

/** A list of exceptions without any: performance is nominal everywhere. */
export const encodeNoExceptions = (write: boolean): Uint8Array => reply(new Uint8Array(), write, true);

export const decodeNominalPerformance = (bytes: Uint8Array): NominalPerformance[] =>
  entries(nominalPerformanceDescriptor, bytes);

export const encodeWriteSpeeds = (descriptors: readonly WriteSpeed[]): Uint8Array =>
  reply(encodeList(writeSpeedDescriptor, descriptors), false);

export const decodeWriteSpeeds = (bytes: Uint8Array): WriteSpeed[] => entries(writeSpeedDescriptor, bytes);

/** How many descriptors the drive has for us, whatever part of them it sent: some must be asked twice. */
export const announcedDescriptors = (bytes: Uint8Array): number =>
  Math.max(0, Math.floor((decodeShort(performanceHeader, bytes).performanceDataLength - 4) / 16));
