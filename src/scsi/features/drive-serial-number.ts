import { padded, uint16be, uint8 } from '../../binary/codec.js';
import { bits, byte, fixed, flag, layout, preset } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';

const drive = layout('Drive Serial Number feature', 4, {
  featureCode: fixed(byte(0, uint16be), 0x0108),
  version: preset(bits(2, 5, 2), 0),
  persistent: preset(flag(2, 1), true),
  current: preset(flag(2, 0), true),
  additionalLength: byte(3, uint8),
});

/** MMC-5 §5.3, feature 0108h: ASCII, filled with spaces to whole groups of four bytes. */
export const encodeDriveSerialNumber = (serial: string): Uint8Array => {
  const text = padded(4 * Math.ceil(serial.length / 4));
  const bytes = new Uint8Array(text.size);
  text.encodeInto(bytes, 0, serial);
  return concatenate(drive.encode({ additionalLength: text.size }), bytes);
};

export const decodeDriveSerialNumber = (descriptor: Uint8Array): string =>
  padded(Math.max(0, descriptor.length - drive.size)).decode(descriptor, drive.size);
