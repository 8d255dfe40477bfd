/**
 * Commands as other programs sent them to a drive of ours: cdrskin and xorriso 1.5.4 (libburn), wodim 1.1.11, growisofs
 * and dvd+rw-format 7.1, cdrdao 1.2.4; where no program is named, typed from the tables of MMC-5.
 */
import { describe } from 'vitest';
import { getConfiguration } from '../../../src/scsi/commands/get-configuration.js';
import { getEventStatusNotification } from '../../../src/scsi/commands/get-event-status-notification.js';
import { getPerformance } from '../../../src/scsi/commands/get-performance.js';
import { inquiry } from '../../../src/scsi/commands/inquiry.js';
import { mechanismStatus } from '../../../src/scsi/commands/mechanism-status.js';
import { modeSense10 } from '../../../src/scsi/commands/mode-sense-10.js';
import { modeSense6 } from '../../../src/scsi/commands/mode-sense-6.js';
import { readBufferCapacity } from '../../../src/scsi/commands/read-buffer-capacity.js';
import { readCapacity } from '../../../src/scsi/commands/read-capacity.js';
import { readDiscInformation } from '../../../src/scsi/commands/read-disc-information.js';
import { readDiscStructure } from '../../../src/scsi/commands/read-disc-structure.js';
import { readFormatCapacities } from '../../../src/scsi/commands/read-format-capacities.js';
import { readTrackInformation } from '../../../src/scsi/commands/read-track-information.js';
import { requestSense } from '../../../src/scsi/commands/request-sense.js';
import { testUnitReady } from '../../../src/scsi/commands/test-unit-ready.js';
import { golden } from '../../support/golden.js';

describe('commands that look at drive and medium', () => {
  golden('TEST UNIT READY of all programs', testUnitReady, {}, '00 00 00 00 00 00');
  golden('REQUEST SENSE', requestSense, { allocationLength: 18 }, '03 00 00 00 12 00');
  golden(
    'REQUEST SENSE for descriptors',
    requestSense,
    { descriptorFormat: true, allocationLength: 252 },
    '03 01 00 00 fc 00',
  );
  golden('INQUIRY of cdrskin', inquiry, { pageCode: 0, allocationLength: 36 }, '12 00 00 00 24 00');
  golden(
    'INQUIRY for serial number page 80h',
    inquiry,
    { enableVitalProductData: true, pageCode: 0x80, allocationLength: 255 },
    '12 01 80 00 ff 00',
  );
  golden(
    'MODE SENSE (6) of the kernel',
    modeSense6,
    { pageControl: 0, pageCode: 0x2a, allocationLength: 128 },
    '1a 00 2a 00 80 00',
  );
  golden(
    'MODE SENSE (10) of growisofs',
    modeSense10,
    { disableBlockDescriptors: true, pageControl: 0, pageCode: 5, allocationLength: 60 },
    '5a 08 05 00 00 00 00 00 3c 00',
  );
  golden(
    'MODE SENSE (10) of wodim for default values',
    modeSense10,
    { pageControl: 2, pageCode: 0x3f, allocationLength: 16 },
    '5a 00 bf 00 00 00 00 00 10 00',
  );
  golden(
    'READ FORMAT CAPACITIES of growisofs',
    readFormatCapacities,
    { allocationLength: 12 },
    '23 00 00 00 00 00 00 00 0c 00',
  );
  golden('READ CAPACITY of growisofs', readCapacity, {}, '25 00 00 00 00 00 00 00 00 00');
  golden(
    'GET CONFIGURATION of growisofs',
    getConfiguration,
    { requestedType: 2, startingFeatureNumber: 0x21, allocationLength: 16 },
    '46 02 00 21 00 00 00 00 10 00',
  );
  golden(
    'GET EVENT STATUS NOTIFICATION of growisofs',
    getEventStatusNotification,
    { polled: true, notificationClassRequest: 0x10, allocationLength: 8 },
    '4a 01 00 00 10 00 00 00 08 00',
  );
  golden(
    'READ DISC INFORMATION of cdrdao',
    readDiscInformation,
    { dataType: 0, allocationLength: 34 },
    '51 00 00 00 00 00 00 00 22 00',
  );
  golden(
    'READ DISC INFORMATION for pseudo-overwrite',
    readDiscInformation,
    { dataType: 2, allocationLength: 16 },
    '51 02 00 00 00 00 00 00 10 00',
  );
  golden(
    'READ TRACK INFORMATION of wodim',
    readTrackInformation,
    { addressType: 1, address: 0xff, allocationLength: 28 },
    '52 01 00 00 00 ff 00 00 1c 00',
  );
  golden(
    'READ TRACK INFORMATION for the open track',
    readTrackInformation,
    { open: true, addressType: 1, address: 1, allocationLength: 48 },
    '52 05 00 00 00 01 00 00 30 00',
  );
  golden(
    'READ BUFFER CAPACITY of cdrskin',
    readBufferCapacity,
    { allocationLength: 12 },
    '5c 00 00 00 00 00 00 00 0c 00',
  );
  golden(
    'READ BUFFER CAPACITY in blocks',
    readBufferCapacity,
    { block: true, allocationLength: 12 },
    '5c 01 00 00 00 00 00 00 0c 00',
  );
  golden(
    'GET PERFORMANCE of cdrskin',
    getPerformance,
    { tolerance: 2, except: 0, startingLogicalBlockAddress: 0, maximumNumberOfDescriptors: 1, type: 0 },
    'ac 10 00 00 00 00 00 00 00 01 00 00',
  );
  golden(
    'GET PERFORMANCE of growisofs',
    getPerformance,
    {
      tolerance: 0,
      write: true,
      except: 0,
      startingLogicalBlockAddress: 0,
      maximumNumberOfDescriptors: 1,
      type: 0,
    },
    'ac 04 00 00 00 00 00 00 00 01 00 00',
  );
  golden(
    'GET PERFORMANCE of growisofs for write speeds',
    getPerformance,
    { tolerance: 0, except: 0, startingLogicalBlockAddress: 0, maximumNumberOfDescriptors: 1, type: 3 },
    'ac 00 00 00 00 00 00 00 00 01 03 00',
  );
  golden(
    'READ DISC STRUCTURE of xorriso',
    readDiscStructure,
    { mediaType: 0, address: 0, layerNumber: 0, format: 0x11, allocationLength: 1024, agid: 0 },
    'ad 00 00 00 00 00 00 11 04 00 00 00',
  );
  golden(
    'READ DISC STRUCTURE on BD',
    readDiscStructure,
    { mediaType: 1, address: 0, layerNumber: 1, format: 0x0a, allocationLength: 16, agid: 2 },
    'ad 01 00 00 00 00 01 0a 00 10 80 00',
  );
  golden('MECHANISM STATUS', mechanismStatus, { allocationLength: 8 }, 'bd 00 00 00 00 00 00 00 00 08 00 00');
});
