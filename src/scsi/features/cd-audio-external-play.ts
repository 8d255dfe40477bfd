import { uint16be } from '../../binary/codec.js';
import { byte, flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0103h: analog play */
export const cdAudioExternalPlay = feature(
  'CD Audio External Play',
  { code: 0x0103, version: 0, additionalLength: 4 },
  {
    scan: flag(4, 2),
    separateChannelMute: flag(4, 1),
    separateVolume: flag(4, 0),
    numberOfVolumeLevels: byte(6, uint16be),
  },
);
