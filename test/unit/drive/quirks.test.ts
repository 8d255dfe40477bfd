import { describe, expect, it } from 'vitest';
import { quirksOf } from '../../../src/drive/quirks.js';

const drive = (vendor: string, product: string, revision = '1.00') => ({ vendor, product, revision });

describe('what is known of a drive by its name', () => {
  // Names as INQUIRY of these drives gives them in logs of libburn and growisofs.
  it.each([
    ['no-set-streaming', drive('HL-DT-ST', 'DVDRAM GSA-4081B', 'A100')],
    ['no-streaming', drive('HL-DT-ST', 'BD-RE  GGW-H20L', 'YL05')],
    ['no-buffer-questions', drive('PIONEER', 'DVD-RW  DVR-216D', '1.09')],
    ['finalize-by-5', drive('HP', 'DVD Writer dvd520n', 'VH71')],
    ['notice', drive('ASUS', 'BW-16D1HT', '3.02')],
  ])('%s', (effect, identity) => {
    expect(quirksOf(identity, [])).toMatchObject([{ effect, origin: 'spindle' }]);
  });

  it('is nothing for a drive that nobody complained of', () => {
    expect(quirksOf(drive('HL-DT-ST', 'DVDRAM GH24NSD1'), [])).toEqual([]);
  });

  it('goes by the revision where a row of the configuration names one', () => {
    const row = {
      vendor: 'ACME',
      product: 'X?.1*',
      revision: '1.0*',
      effect: 'notice',
      evidence: 'e',
    } as const;
    expect(quirksOf(drive('acme', 'X?.1 plus', '1.07'), [row])).toHaveLength(1);
    expect(quirksOf(drive('acme', 'X?.1 plus', '2.00'), [row])).toHaveLength(0);
    expect(quirksOf(drive('acme', 'Xa11 plus', '1.07'), [row])).toHaveLength(0);
  });
});
