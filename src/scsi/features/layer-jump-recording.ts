import { uint16be, uint8 } from '../../binary/codec.js';
import { bits, byte, decodeShort, fixed, flag, layout, preset } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';

/** MMC-5 §5.3, feature 0033h: DVD-R DL can be recorded layer by layer in jumps. */
const layerJumpRecordingHeader = layout('Layer Jump Recording feature', 8, {
  featureCode: fixed(byte(0, uint16be), 0x0033),
  version: preset(bits(2, 5, 2), 0),
  persistent: flag(2, 1),
  current: flag(2, 0),
  additionalLength: byte(3, uint8),
  numberOfLinkSizes: byte(7, uint8),
});

interface LayerJumpRecording {
  readonly current?: boolean;
  /** In blocks. */
  readonly linkSizes: readonly number[];
}

export const encodeLayerJumpRecording = ({ current = false, linkSizes }: LayerJumpRecording): Uint8Array => {
  const list = new Uint8Array(4 * Math.ceil(linkSizes.length / 4));
  list.set(linkSizes);
  const additionalLength = layerJumpRecordingHeader.size - 4 + list.length;
  return concatenate(
    layerJumpRecordingHeader.encode({ current, additionalLength, numberOfLinkSizes: linkSizes.length }),
    list,
  );
};

export const decodeLayerJumpRecording = (descriptor: Uint8Array): LayerJumpRecording => {
  const { current, numberOfLinkSizes } = decodeShort(layerJumpRecordingHeader, descriptor);
  const { size } = layerJumpRecordingHeader;
  return { current, linkSizes: [...descriptor.subarray(size, size + numberOfLinkSizes)] };
};
