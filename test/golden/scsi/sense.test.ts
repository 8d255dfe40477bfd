/** Sense data of tgt 1.0.85; the rest typed from SPC-3 §4.5 and from what libburn's and the kernel's decoders expect. */
import { describe, expect, it } from 'vitest';
import {
  decodeSense,
  descriptorSense,
  encodeSense,
  fixedSense,
  formatSense,
  informationDescriptor,
  senseKeySpecificDescriptor,
} from '../../../src/scsi/sense.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

describe('sense data in the fixed format', () => {
  it.each([
    [
      '6/29/00 of tgt',
      '70 00 06 00 00 00 00 0a 00 00 00 00 29 00 00 00 00 00',
      { key: 6, asc: 0x29, ascq: 0 },
    ],
    [
      '5/30/05 of tgt',
      '70 00 05 00 00 00 00 0a 00 00 00 00 30 05 00 00 00 00',
      { key: 5, asc: 0x30, ascq: 5 },
    ],
    [
      'the block at which reading failed',
      'f0 00 03 00 01 02 03 0a 00 00 00 00 11 05 00 00 00 00',
      { key: 3, asc: 0x11, ascq: 5, information: 0x010203 },
    ],
    [
      'the progress of a format',
      '70 00 02 00 00 00 00 0a 00 00 00 00 04 04 00 80 40 00',
      { key: 2, asc: 4, ascq: 4, progress: 0.25 },
    ],
  ])('%s', (_, text, sense) => {
    expect(decodeSense(unhex(text))).toEqual({ deferred: false, ...sense });
    expect(hex(encodeSense({ deferred: false, ...sense }))).toBe(text);
  });

  it('a deferred write error', () => {
    const text = 'f1 00 03 00 00 10 00 0a 00 00 00 00 0c 00 00 00 00 00';
    const sense = { key: 3, asc: 0x0c, ascq: 0, deferred: true, information: 0x1000 };
    expect(decodeSense(unhex(text))).toEqual(sense);
    expect(hex(encodeSense(sense))).toBe(text);
    expect(formatSense(sense)).toBe('3/0C/00');
  });

  it('a pointer to a wrong field is not taken for progress', () => {
    const sense = decodeSense(unhex('70 00 05 00 00 00 00 0a 00 00 00 00 24 00 00 c8 00 01'));
    expect(sense).toEqual({ key: 5, asc: 0x24, ascq: 0, deferred: false });
  });

  golden(
    'with all the bits that we know',
    fixedSense,
    {
      informationValid: true,
      responseCode: 0x70,
      endOfMedium: true,
      incorrectLength: true,
      senseKey: 8,
      information: 5,
      additionalSenseCode: 0x64,
      additionalSenseCodeQualifier: 1,
      senseKeySpecificValid: true,
      progress: 0xfffe,
    },
    'f0 00 68 00 00 00 05 0a 00 00 00 00 64 01 00 80 ff fe',
  );
});

describe('sense data in the descriptor format', () => {
  it('a deferred error with block and progress', () => {
    const text = `73 02 04 08 00 00 00 14 00 0a 80 00 00 00 00 00 00 00 20 00 02 06 00 00 80 c0 00 00`;
    expect(decodeSense(unhex(text))).toEqual({
      key: 2,
      asc: 4,
      ascq: 8,
      deferred: true,
      information: 0x2000,
      progress: 0.75,
    });
  });

  it('without descriptors, and with one that is cut off', () => {
    expect(decodeSense(unhex('72 03 0c 00 00 00 00 00'))).toEqual({
      key: 3,
      asc: 0x0c,
      ascq: 0,
      deferred: false,
    });
    expect(decodeSense(unhex('72 03 0c 00 00 00 00 0c 00 0a 80'))).toEqual({
      key: 3,
      asc: 0x0c,
      ascq: 0,
      deferred: false,
    });
  });

  it.each([
    ['the last block there can be', '00 00 00 00 ff ff ff ff', { information: 0xffff_ffff }],
    ['one more than that', '00 00 00 01 00 00 00 00', {}],
    ['what no number holds exactly', '00 20 00 00 00 00 00 01', {}],
    ['minus one', 'ff ff ff ff ff ff ff ff', {}],
  ])('tells a block where there can be one: %s', (_, information, told) => {
    expect(decodeSense(unhex(`72 03 11 05 00 00 00 0c 00 0a 80 00 ${information}`))).toEqual({
      key: 3,
      asc: 0x11,
      ascq: 5,
      deferred: false,
      ...told,
    });
  });

  golden(
    'its head',
    descriptorSense,
    {
      responseCode: 0x72,
      senseKey: 5,
      additionalSenseCode: 0x24,
      additionalSenseCodeQualifier: 1,
      additionalSenseLength: 20,
    },
    '72 05 24 01 00 00 00 14',
  );
  golden(
    'its block',
    informationDescriptor,
    { valid: true, information: 0x123456789n },
    '00 0a 80 00 00 00 00 01 23 45 67 89',
  );
  golden(
    'its progress',
    senseKeySpecificDescriptor,
    { valid: true, progress: 0x8000 },
    '02 06 00 00 80 80 00 00',
  );
});

describe('sense data of doubtful bridges', () => {
  it('is none where none came, or what came is no sense data', () => {
    expect(decodeSense(new Uint8Array(0))).toBeUndefined();
    expect(decodeSense(new Uint8Array(18))).toBeUndefined();
    expect(decodeSense(unhex('7f 00 05'))).toBeUndefined();
  });

  it('is read as far as it goes', () => {
    expect(decodeSense(unhex('70 00 02'))).toEqual({ key: 2, asc: 0, ascq: 0, deferred: false });
    expect(decodeSense(unhex('70 00 02 00 00 00 00 0a 00 00 00 00 3a 02'))).toEqual({
      key: 2,
      asc: 0x3a,
      ascq: 2,
      deferred: false,
    });
  });
});
