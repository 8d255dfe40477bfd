import type { DriveReport } from '../drive/drive.js';
import type { ImageSummary } from '../image/image.js';
import { planBurn } from './plan-burn.js';
import { planRead } from './plan-read.js';
import { planTreatment } from './plan-treatment.js';
import { planVerify } from './plan-verify.js';
import type { Decision } from './plan.js';
import type { DriveUse } from './use.js';

const named = (image: ImageSummary | undefined): ImageSummary => {
  if (!image) throw new TypeError('what is recorded or compared has an image');
  return image;
};

/**
 * Decides what a drive will do with the medium in it, or why it will not. Pure: the same report, image and use give the
 * same plan with the same hash.
 */
export const planUse = (report: DriveReport, image: ImageSummary | undefined, use: DriveUse): Decision => {
  switch (use.do) {
    case 'burn':
      return planBurn(report, named(image), use.options);
    case 'verify':
      return planVerify(report, named(image), use);
    case 'read':
      return planRead(report, use);
    case 'erase':
    case 'format':
    case 'close':
    case 'recover':
      return planTreatment(report, use);
  }
};
