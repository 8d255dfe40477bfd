import { decodeShort } from '../binary/layout.js';
import { inquiry } from '../scsi/commands/inquiry.js';
import { decodeDriveSerialNumber } from '../scsi/features/drive-serial-number.js';
import { standardInquiryData } from '../scsi/structures/standard-inquiry-data.js';
import { fromDrive } from './command.js';
import type { DriveIdentity } from './drive.js';
import type { DriveSession } from './drive-session.js';
import type { Basics } from './read-basics.js';

/** MMC-1 drives dislike to be asked for more. */
const INQUIRY_BYTES = standardInquiryData.size;
const SERIAL_NUMBER = 0x0108;

export const readIdentity = async (
  session: DriveSession,
  { configuration }: Basics,
): Promise<DriveIdentity> => {
  const reply = await session.run(
    fromDrive(inquiry, { pageCode: 0, allocationLength: INQUIRY_BYTES }, INQUIRY_BYTES),
  );
  const { vendorIdentification, productIdentification, productRevisionLevel } = decodeShort(
    standardInquiryData,
    reply,
  );
  const feature = configuration.features.find(({ featureCode }) => featureCode === SERIAL_NUMBER);
  const serial = feature && decodeDriveSerialNumber(feature.bytes).trim();
  return {
    vendor: vendorIdentification.trim(),
    product: productIdentification.trim(),
    revision: productRevisionLevel.trim(),
    ...(serial !== undefined && serial !== '' && { serial }),
  };
};
