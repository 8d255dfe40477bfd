/** Features of DVD. */
import { dvdPlusR } from '../../scsi/features/dvd-plus-r.js';
import { dvdPlusRw } from '../../scsi/features/dvd-plus-rw.js';
import { dvdRead } from '../../scsi/features/dvd-read.js';
import { type FeatureRow, holds, reads, writes } from './feature-row.js';

const DVD = ['dvd+r', 'dvd+rw'] as const;

export const DVD_FEATURES: readonly FeatureRow[] = [
  {
    code: dvdRead.code,
    has: reads(...DVD),
    isCurrent: holds(...DVD),
    encode: (_, current) => dvdRead.encode({ current }),
  },
  {
    code: dvdPlusRw.code,
    has: reads('dvd+rw'),
    isCurrent: holds('dvd+rw'),
    encode: (drive, current) =>
      dvdPlusRw.encode({ current, write: writes('dvd+rw')(drive), closeOnly: false, quickStart: false }),
  },
  {
    code: dvdPlusR.code,
    has: reads('dvd+r'),
    isCurrent: holds('dvd+r'),
    encode: (drive, current) => dvdPlusR.encode({ current, write: writes('dvd+r')(drive) }),
  },
];
