import { describe, expect, it } from 'vitest';
import { reserved } from '../../../src/binary/layout.js';
import { readCd } from '../../../src/scsi/commands/read-cd.js';
import { readTrackInformation } from '../../../src/scsi/commands/read-track-information.js';
import { cdMastering } from '../../../src/scsi/features/cd-mastering.js';
import { capabilities } from '../../../src/scsi/mode-pages/capabilities.js';
import { writeParameters } from '../../../src/scsi/mode-pages/write-parameters.js';
import { discInformation } from '../../../src/scsi/structures/disc-information.js';
import { dvdPhysicalFormat } from '../../../src/scsi/structures/dvd-structures.js';
import { formatUnitParameterList } from '../../../src/scsi/structures/format-unit-parameter-list.js';
import { trackInformation } from '../../../src/scsi/structures/track-information.js';

/** As the tables of MMC-5 print them: what is not listed here has a meaning. */
describe('what is reserved, or not ours', () => {
  it.each([
    [readTrackInformation, ['1:7-3', '6', '9']],
    [readCd, ['1:7-5', '1:1-0', '9:0', '10:7-3', '11']],
    [writeParameters, ['0:6', '2:7', '4:7-4', '6', '7:7-6', '9']],
    [capabilities, ['0:6', '2:7-6', '3:7-6', '3:3', '6:4', '7:7-6', '16-17', '24-26', '27:7-2']],
    [cdMastering, ['2:7-6', '4:7']],
    [discInformation, ['7:3']],
    [trackInformation, ['4', '7:7-2', '34-35']],
    [dvdPhysicalFormat, ['2:7', '16:6-0', '17-18', '31-2047']],
    [formatUnitParameterList, ['0']],
  ])('of $name', (layout, expected) => {
    expect(reserved(layout, 0)).toEqual(expected);
  });
});
