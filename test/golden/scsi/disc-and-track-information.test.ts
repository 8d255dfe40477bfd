/**
 * Replies of tgt 1.0.85, a recorder that others wrote, with a blank and a closed DVD+R in it; where it is not named, typed
 * from the tables of MMC-5, with the numbers of real media.
 */
import { describe, expect, it } from 'vitest';
import {
  type DiscInformation,
  decodeDiscInformation,
  discInformation,
  encodeDiscInformation,
  opcTable,
} from '../../../src/scsi/structures/disc-information.js';
import {
  decodeTrackInformation,
  encodeTrackInformation,
  trackInformation,
} from '../../../src/scsi/structures/track-information.js';
import { hex, unhex } from '../../support/hex.js';

const empty: DiscInformation = {
  erasable: false,
  stateOfLastSession: 0,
  discStatus: 0,
  numberOfFirstTrack: 1,
  numberOfSessions: 1,
  firstTrackInLastSession: 1,
  lastTrackInLastSession: 1,
  discIdentificationValid: false,
  discBarCodeValid: false,
  unrestrictedUse: false,
  discApplicationCodeValid: false,
  dirty: false,
  backgroundFormatStatus: 0,
  discType: 0,
  discIdentification: 0,
  lastSessionLeadInStart: 0,
  lastPossibleLeadOutStart: 0,
  discBarCode: new Uint8Array(8),
  discApplicationCode: 0,
  opcTables: [],
};

describe('disc information', () => {
  const blank = `00 20 00 01 01 01 01 10 00 00 00 00 00 00 00 00 00 00 00 00 00 23 05 40 00 00 00 00
    00 00 00 00 00 00`;

  it('of a blank DVD+R in tgt', () => {
    expect(decodeDiscInformation(unhex(blank))).toEqual({
      ...discInformation.decode(unhex(blank)),
      ...empty,
      discApplicationCodeValid: true,
      lastPossibleLeadOutStart: 0x230540,
    });
  });

  it('of a closed DVD+R in tgt', () => {
    const closed = unhex(blank);
    closed.set(unhex('0e'), 2);
    closed.set(unhex('00'), 7);
    closed.set(unhex('00 00 00 00'), 20);
    expect(hex(encodeDiscInformation({ ...empty, stateOfLastSession: 3, discStatus: 2 }))).toBe(hex(closed));
  });

  it('of a CD-RW with 300 sessions and the calibrations of two speeds', () => {
    const reply = unhex(
      `00 30 15 01 2c 03 04 84 20 01 02 02 00 00 00 05 00 18 03 21 00 4f 3b 4a 30 31 32 33 34 35 36 37
       09 02 00 b0 01 02 03 04 05 06 06 e4 07 08 09 0a 0b 0c`,
    );
    const values: DiscInformation = {
      ...empty,
      erasable: true,
      stateOfLastSession: 1,
      discStatus: 1,
      numberOfSessions: 300,
      firstTrackInLastSession: 0x203,
      lastTrackInLastSession: 0x204,
      discIdentificationValid: true,
      dirty: true,
      discType: 0x20,
      discIdentification: 5,
      lastSessionLeadInStart: 0x180321,
      lastPossibleLeadOutStart: 0x4f3b4a,
      discBarCode: unhex('30 31 32 33 34 35 36 37'),
      discApplicationCode: 9,
      opcTables: [
        { speed: 176, values: unhex('01 02 03 04 05 06') },
        { speed: 1764, values: unhex('07 08 09 0a 0b 0c') },
      ],
    };
    expect(hex(encodeDiscInformation(values))).toBe(hex(reply));
    expect(decodeDiscInformation(reply)).toMatchObject(values);
    expect(opcTable.decode(reply, 34)).toEqual(values.opcTables[0]);
  });

  it('of which a drive sent the first 24 bytes only', () => {
    const short = decodeDiscInformation(unhex(blank).subarray(0, 24));
    expect(short).toMatchObject({ discStatus: 0, lastPossibleLeadOutStart: 0x230540, opcTables: [] });
  });
});

describe('track information', () => {
  const blank = unhex(
    `00 26 01 01 00 07 41 01 00 00 00 00 00 00 00 00 00 23 05 40 00 00 00 10 00 23 05 40 00 00 00 00
     00 00 00 00`,
  );
  const values = {
    logicalTrackNumber: 1,
    sessionNumber: 1,
    layerJumpRecordingStatus: 0,
    trackMode: 7,
    blank: true,
    dataMode: 1,
    nextWritableAddressValid: true,
    logicalTrackStartAddress: 0,
    nextWritableAddress: 0,
    freeBlocks: 0x230540,
    fixedPacketSize: 16,
    logicalTrackSize: 0x230540,
    lastRecordedAddress: 0,
    readCompatibilityLba: 0,
    nextLayerJumpAddress: 0,
    lastLayerJumpAddress: 0,
  };

  it('of the track of a blank DVD+R in tgt, which is shorter than ours', () => {
    expect(decodeTrackInformation(blank)).toMatchObject(values);
    expect(hex(encodeTrackInformation(values).subarray(2, 36))).toBe(hex(blank.subarray(2)));
  });

  it('of the track of a closed DVD+R in tgt', () => {
    const closed = unhex(
      `00 22 01 01 00 04 01 02 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 10 00 00 00 10 00 00 00 0f
       00 00 00 00`,
    );
    expect(decodeTrackInformation(closed)).toMatchObject({
      blank: false,
      nextWritableAddressValid: false,
      lastRecordedAddressValid: true,
      logicalTrackSize: 16,
      lastRecordedAddress: 15,
    });
  });

  it('of a damaged track in session 258 with a layer jump', () => {
    const reply = unhex(
      `00 2e 03 02 00 f4 f1 03 00 00 00 10 00 00 00 20 00 00 00 30 00 00 00 10 00 00 00 40 00 00 00 1f
       01 01 00 00 00 00 00 50 00 00 00 60 00 00 00 70`,
    );
    const damaged = {
      logicalTrackNumber: 0x103,
      sessionNumber: 0x102,
      layerJumpRecordingStatus: 3,
      damage: true,
      copy: true,
      trackMode: 4,
      reservedTrack: true,
      blank: true,
      packet: true,
      fixedPacket: true,
      dataMode: 1,
      lastRecordedAddressValid: true,
      nextWritableAddressValid: true,
      logicalTrackStartAddress: 0x10,
      nextWritableAddress: 0x20,
      freeBlocks: 0x30,
      fixedPacketSize: 0x10,
      logicalTrackSize: 0x40,
      lastRecordedAddress: 0x1f,
      readCompatibilityLba: 0x50,
      nextLayerJumpAddress: 0x60,
      lastLayerJumpAddress: 0x70,
    };
    expect(hex(encodeTrackInformation(damaged))).toBe(hex(reply));
    expect(decodeTrackInformation(reply)).toMatchObject(damaged);
    expect(trackInformation.size).toBe(48);
  });
});
