/**
 * Layer jump recording of a DVD-R DL (MMC-5 §6.27.3, LJRS): the drive fills layer 0 up to a jump, then as much of layer
 * 1 behind it, and so on. Block addresses run on over a jump (unverified); what shows is where the next one is. Pure.
 */
import type { LayerJump, MediumTrack } from '../medium/medium-tables.js';

const STATUS = { unspecified: 1, manual: 2, regular: 3 } as const;

interface Jumps {
  readonly layerJumpRecordingStatus: number;
  /** The last block of layer 0 before the jump; 0 where no jump has been asked for. */
  readonly nextLayerJumpAddress: number;
  /** Behind it no jump is possible any more: layer 0 ends. */
  readonly lastLayerJumpAddress: number;
}

/** After an interval on layer 0 there is one on layer 1, so that a jump back comes between two of these. */
const regularJump = ({ start, nextWritable }: MediumTrack, interval: number): number => {
  const pair = interval * 2;
  const begun = Math.floor((nextWritable - start) / pair);
  const within = (nextWritable - start) % pair;
  return start + begun * pair + (within < interval ? interval : interval + pair) - 1;
};

/** What READ TRACK INFORMATION says of the jumps of a track. */
export const layerJumps = ({ interval, manual }: LayerJump, track: MediumTrack, capacity: number): Jumps => {
  const last = capacity / 2 - 1;
  if (manual !== undefined && manual >= track.nextWritable)
    return {
      layerJumpRecordingStatus: STATUS.manual,
      nextLayerJumpAddress: manual,
      lastLayerJumpAddress: last,
    };
  if (interval === 0)
    return {
      layerJumpRecordingStatus: STATUS.unspecified,
      nextLayerJumpAddress: 0,
      lastLayerJumpAddress: last,
    };
  return {
    layerJumpRecordingStatus: STATUS.regular,
    nextLayerJumpAddress: regularJump(track, interval),
    lastLayerJumpAddress: last,
  };
};
