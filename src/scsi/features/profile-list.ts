import { uint16be, uint8 } from '../../binary/codec.js';
import { type ValuesOf, bits, byte, fixed, flag, layout, preset } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

const profileListHeader = layout('Profile List feature', 4, {
  featureCode: fixed(byte(0, uint16be), 0x0000),
  version: preset(bits(2, 5, 2), 0),
  persistent: preset(flag(2, 1), true),
  current: preset(flag(2, 0), true),
  additionalLength: byte(3, uint8),
});

/** MMC-5 §5.3.1: a profile that the drive knows, and whether the present medium has it. */
export const profileDescriptor = layout('Profile Descriptor', 4, {
  profileNumber: byte(0, uint16be),
  current: flag(2, 0),
});

type Profile = ValuesOf<typeof profileDescriptor>;

/** MMC-5 §5.3.1, feature 0000h: the profiles that the drive knows, the better ones first. */
export const encodeProfileList = (profiles: readonly Profile[]): Uint8Array =>
  concatenate(
    profileListHeader.encode({ additionalLength: profileDescriptor.size * profiles.length }),
    encodeList(profileDescriptor, profiles),
  );

export const decodeProfileList = (descriptor: Uint8Array): Profile[] =>
  decodeList(profileDescriptor, descriptor.subarray(profileListHeader.size));
