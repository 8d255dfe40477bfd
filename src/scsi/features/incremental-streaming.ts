import { uint16be, uint8 } from '../../binary/codec.js';
import {
  type InputsOf,
  type ValuesOf,
  bits,
  byte,
  decodeShort,
  fixed,
  flag,
  layout,
  preset,
} from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';

/** MMC-5 §5.3, feature 0021h: packets and increments. Bit n of `dataBlockTypes` stands for data block type n. */
const incrementalStreamingHeader = layout('Incremental Streaming Writable feature', 8, {
  featureCode: fixed(byte(0, uint16be), 0x0021),
  version: preset(bits(2, 5, 2), 3),
  persistent: flag(2, 1),
  current: flag(2, 0),
  additionalLength: byte(3, uint8),
  dataBlockTypes: byte(4, uint16be),
  trio: flag(6, 2),
  arsv: flag(6, 1),
  bufferUnderrunFree: flag(6, 0),
  numberOfLinkSizes: byte(7, uint8),
});

type Split = 'additionalLength' | 'numberOfLinkSizes';

interface Whole {
  /** In blocks: 7 on CD, 16 on DVD. */
  readonly linkSizes: readonly number[];
}

type IncrementalStreaming = Omit<ValuesOf<typeof incrementalStreamingHeader>, Split> & Whole;

export const encodeIncrementalStreaming = (
  values: Omit<InputsOf<typeof incrementalStreamingHeader>, Split> & Whole,
): Uint8Array => {
  const { linkSizes } = values;
  const list = new Uint8Array(4 * Math.ceil(linkSizes.length / 4));
  list.set(linkSizes);
  const additionalLength = incrementalStreamingHeader.size - 4 + list.length;
  return concatenate(
    incrementalStreamingHeader.encode({ ...values, additionalLength, numberOfLinkSizes: linkSizes.length }),
    list,
  );
};

export const decodeIncrementalStreaming = (descriptor: Uint8Array): IncrementalStreaming => {
  const values = decodeShort(incrementalStreamingHeader, descriptor);
  const { size } = incrementalStreamingHeader;
  return { ...values, linkSizes: [...descriptor.subarray(size, size + values.numberOfLinkSizes)] };
};
