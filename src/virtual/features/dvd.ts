/** Features of DVD. */
import { dvdPlusRDualLayer } from '../../scsi/features/dvd-plus-r-dual-layer.js';
import { dvdPlusR } from '../../scsi/features/dvd-plus-r.js';
import { dvdPlusRwDualLayer } from '../../scsi/features/dvd-plus-rw-dual-layer.js';
import { dvdPlusRw } from '../../scsi/features/dvd-plus-rw.js';
import { dvdRead } from '../../scsi/features/dvd-read.js';
import { type FeatureRow, holds, reads, writes } from './feature-row.js';

const DVD = [
  'dvd-r',
  'dvd-rw',
  'dvd-rw-overwrite',
  'dvd-r-dl',
  'dvd-r-dl-jump',
  'dvd+r',
  'dvd+r-dl',
  'dvd+rw',
  'dvd+rw-dl',
  'dvd-ram',
] as const;

export const DVD_FEATURES: readonly FeatureRow[] = [
  {
    code: dvdRead.code,
    has: reads(...DVD),
    isCurrent: holds(...DVD),
    encode: (drive, current) => dvdRead.encode({ current, dualR: reads('dvd-r-dl')(drive) }),
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
  {
    code: dvdPlusRwDualLayer.code,
    has: reads('dvd+rw-dl'),
    isCurrent: holds('dvd+rw-dl'),
    encode: (drive, current) =>
      dvdPlusRwDualLayer.encode({
        current,
        write: writes('dvd+rw-dl')(drive),
        closeOnly: false,
        quickStart: false,
      }),
  },
  {
    code: dvdPlusRDualLayer.code,
    has: reads('dvd+r-dl'),
    isCurrent: holds('dvd+r-dl'),
    encode: (drive, current) => dvdPlusRDualLayer.encode({ current, write: writes('dvd+r-dl')(drive) }),
  },
];
