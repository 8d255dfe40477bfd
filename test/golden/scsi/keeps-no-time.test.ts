import { expect, it } from 'vitest';
import { keepsNoTime } from '../../../src/scsi/features/keeps-no-time.js';
import { unhex } from '../../support/hex.js';

/** A feature of our own: typed by hand after the header of MMC-5 §5.2.2, since nobody else has one. */
it('a drive that keeps no time says so behind its name', () => {
  const bytes = unhex('ff 00 03 08 53 50 49 4e 44 4c 45 20');
  expect(keepsNoTime.decode(bytes)).toMatchObject({ vendor: 'SPINDLE', current: true, persistent: true });
});
