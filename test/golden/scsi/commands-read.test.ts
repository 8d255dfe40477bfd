/**
 * Commands as other programs sent them to a drive of ours: cdrskin and xorriso 1.5.4 (libburn), wodim 1.1.11, growisofs
 * and dvd+rw-format 7.1, cdrdao 1.2.4; where no program is named, typed from the tables of MMC-5.
 */
import { describe } from 'vitest';
import { read10 } from '../../../src/scsi/commands/read-10.js';
import { read12 } from '../../../src/scsi/commands/read-12.js';
import { readCdMsf } from '../../../src/scsi/commands/read-cd-msf.js';
import { readCd } from '../../../src/scsi/commands/read-cd.js';
import { readTocPmaAtip } from '../../../src/scsi/commands/read-toc-pma-atip.js';
import { verify10 } from '../../../src/scsi/commands/verify-10.js';
import { golden } from '../../support/golden.js';

describe('commands for the table of contents', () => {
  golden(
    'READ TOC of wodim',
    readTocPmaAtip,
    { format: 0, trackSessionNumber: 0, allocationLength: 4 },
    '43 00 00 00 00 00 00 00 04 00',
  );
  golden(
    'READ TOC of cdrskin, the full one in MSF',
    readTocPmaAtip,
    { msf: true, format: 2, trackSessionNumber: 0, allocationLength: 4 },
    '43 02 02 00 00 00 00 00 04 00',
  );
  golden(
    'READ TOC of cdrdao, the ATIP',
    readTocPmaAtip,
    { format: 4, trackSessionNumber: 0, allocationLength: 28 },
    '43 00 04 00 00 00 00 00 1c 00',
  );
  golden(
    'READ TOC of the kernel, the lead-out',
    readTocPmaAtip,
    { format: 0, trackSessionNumber: 0xaa, allocationLength: 12 },
    '43 00 00 00 00 00 aa 00 0c 00',
  );
});

describe('commands that read', () => {
  golden(
    'READ (10) of xorriso',
    read10,
    { logicalBlockAddress: 0, transferLength: 32 },
    '28 00 00 00 00 00 00 00 20 00',
  );
  golden(
    'READ (10) past the cache',
    read10,
    { disablePageOut: true, forceUnitAccess: true, logicalBlockAddress: 0x010203, transferLength: 0x0405 },
    '28 18 00 01 02 03 00 04 05 00',
  );
  golden(
    'READ (12) streaming',
    read12,
    { logicalBlockAddress: 0x01020304, transferLength: 0x00050607, streaming: true },
    'a8 00 01 02 03 04 00 05 06 07 80 00',
  );
  golden(
    'VERIFY (10)',
    verify10,
    { byteCheck: true, logicalBlockAddress: 16, verificationLength: 32 },
    '2f 02 00 00 00 10 00 00 20 00',
  );
  golden(
    'READ CD of everything with raw subchannel',
    readCd,
    {
      expectedSectorType: 0,
      startingLogicalBlockAddress: -150,
      transferLength: 75,
      sync: true,
      headerCodes: 3,
      userData: true,
      edcEcc: true,
      c2ErrorInformation: 0,
      subchannelSelection: 1,
    },
    'be 00 ff ff ff 6a 00 00 4b f8 01 00',
  );
  golden(
    'READ CD of mode 1 user data',
    readCd,
    {
      expectedSectorType: 2,
      startingLogicalBlockAddress: 0,
      transferLength: 1,
      headerCodes: 0,
      userData: true,
      c2ErrorInformation: 0,
      subchannelSelection: 0,
    },
    'be 08 00 00 00 00 00 00 01 10 00 00',
  );
  golden(
    'READ CD MSF of audio with C2 pointers',
    readCdMsf,
    {
      expectedSectorType: 1,
      startingMsf: { minute: 0, second: 2, frame: 0 },
      endingMsf: { minute: 0, second: 2, frame: 16 },
      headerCodes: 0,
      userData: true,
      c2ErrorInformation: 1,
      subchannelSelection: 2,
    },
    'b9 04 00 00 02 00 00 02 10 12 02 00',
  );
});
