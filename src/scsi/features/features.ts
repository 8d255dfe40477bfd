import { uint16be, uint32be, uint8 } from '../../binary/codec.js';
import { type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';

/** MMC-5 §6.6.3.1. The length counts everything after it, however little the allocation length lets through. */
const featureHeader = layout('Feature Header', 8, {
  dataLength: byte(0, uint32be),
  currentProfile: byte(6, uint16be),
});

/** MMC-5 §5.2.2: what all feature descriptors begin with. */
const descriptorHeader = layout('Feature Descriptor', 4, {
  featureCode: byte(0, uint16be),
  version: bits(2, 5, 2),
  persistent: flag(2, 1),
  current: flag(2, 0),
  additionalLength: byte(3, uint8),
});

interface FeatureDescriptor extends Readonly<ValuesOf<typeof descriptorHeader>> {
  /** The whole descriptor, as the layouts of the features want it. */
  readonly bytes: Uint8Array;
}

export interface Configuration {
  readonly currentProfile: number;
  readonly features: readonly FeatureDescriptor[];
}

/** The reply to GET CONFIGURATION from whole descriptors; the transport cuts it to the allocation length. */
export const encodeConfiguration = (
  currentProfile: number,
  descriptors: readonly Uint8Array[],
): Uint8Array => {
  const list = concatenate(...descriptors);
  return concatenate(
    featureHeader.encode({ dataLength: featureHeader.size - 4 + list.length, currentProfile }),
    list,
  );
};

/** Bytes to ask for so that the whole reply fits, told by its first eight. */
export const configurationLength = (reply: Uint8Array): number =>
  4 + decodeShort(featureHeader, reply).dataLength;

/** The features that were sent whole. */
export const decodeConfiguration = (reply: Uint8Array): Configuration => {
  const { currentProfile } = decodeShort(featureHeader, reply);
  const end = Math.min(reply.length, configurationLength(reply));
  const features: FeatureDescriptor[] = [];
  for (let at = featureHeader.size; at + descriptorHeader.size <= end;) {
    const header = descriptorHeader.decode(reply, at);
    const next = at + descriptorHeader.size + header.additionalLength;
    if (next <= end) features.push({ ...header, bytes: reply.slice(at, next) });
    at = next;
  }
  return { currentProfile, features };
};
