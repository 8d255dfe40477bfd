import { flag } from '../../binary/layout.js';
import { feature } from './feature.js';

/** MMC-5 §5.3, feature 0107h: SET STREAMING, GET PERFORMANCE type 3 and READ BUFFER CAPACITY in blocks */
export const realTimeStreaming = feature(
  'Real Time Streaming',
  { code: 0x0107, version: 3, additionalLength: 4 },
  {
    readBufferCapacityBlock: flag(4, 4),
    setCdSpeed: flag(4, 3),
    modePage2A: flag(4, 2),
    writeSpeedPerformanceDescriptor: flag(4, 1),
    streamWriting: flag(4, 0),
  },
);
