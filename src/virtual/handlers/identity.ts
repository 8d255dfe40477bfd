import { inquiry } from '../../scsi/commands/inquiry.js';
import { standardInquiryData } from '../../scsi/structures/standard-inquiry-data.js';
import { MAKER } from '../models.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import type { Handler } from './request.js';

/** USB bridges make the reply up, and call it SCSI-2. */
const USB_VERSION = 2;

/** INQUIRY as ATAPI writers answer it: version 0, ATAPI version 3 (Pioneer's command references). */
export const answerInquiry: Handler = (drive, { cdb }) => {
  const { enableVitalProductData, pageCode } = inquiry.decode(cdb);
  if (enableVitalProductData || pageCode !== 0) throw refusal(INVALID_FIELD_IN_CDB);
  return standardInquiryData.encode({
    peripheralQualifier: 0,
    peripheralDeviceType: 5,
    removableMedium: true,
    version: drive.model.bus === 'usb' ? USB_VERSION : 0,
    atapiVersion: 3,
    responseDataFormat: 2,
    additionalLength: 31,
    vendorIdentification: MAKER.vendor,
    productIdentification: drive.model.product,
    productRevisionLevel: MAKER.revision,
  });
};
