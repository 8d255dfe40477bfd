import type { DriveCapabilities } from '../../drive/drive.js';

/** How long the drive has mode page 05h, where that is not as long as MMC-5 has it. */
export type DrivePage = Pick<DriveCapabilities, 'writeParametersBytes'>;
