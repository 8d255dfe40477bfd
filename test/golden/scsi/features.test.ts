/** The features of tgt 1.0.85 with a blank DVD+R; the others typed from MMC-5 §5.3 with the values of real recorders. */
import { describe, expect, it } from 'vitest';
import { decodeShort } from '../../../src/binary/layout.js';
import { bdRead } from '../../../src/scsi/features/bd-read.js';
import { cdAudioExternalPlay } from '../../../src/scsi/features/cd-audio-external-play.js';
import { cdRead } from '../../../src/scsi/features/cd-read.js';
import { core } from '../../../src/scsi/features/core.js';
import {
  decodeDriveSerialNumber,
  encodeDriveSerialNumber,
} from '../../../src/scsi/features/drive-serial-number.js';
import { dvdCss } from '../../../src/scsi/features/dvd-css.js';
import { dvdRead } from '../../../src/scsi/features/dvd-read.js';
import { decodeConfiguration, encodeConfiguration } from '../../../src/scsi/features/features.js';
import { morphing } from '../../../src/scsi/features/morphing.js';
import { multiRead } from '../../../src/scsi/features/multi-read.js';
import { powerManagement } from '../../../src/scsi/features/power-management.js';
import {
  decodeProfileList,
  encodeProfileList,
  profileDescriptor,
} from '../../../src/scsi/features/profile-list.js';
import { randomReadable } from '../../../src/scsi/features/random-readable.js';
import { realTimeStreaming } from '../../../src/scsi/features/real-time-streaming.js';
import { removableMedium } from '../../../src/scsi/features/removable-medium.js';
import { timeOut } from '../../../src/scsi/features/time-out.js';
import { writeProtect } from '../../../src/scsi/features/write-protect.js';
import { golden } from '../../support/golden.js';
import { hex, unhex } from '../../support/hex.js';

const always = { persistent: true, current: true };
const current = { current: true };

describe('a configuration', () => {
  const reply = unhex(
    `00 00 00 70 00 00 00 1b 00 00 03 08 00 10 00 00 00 1b 01 00 00 01 03 04 00 00 00 02 00 02 03 04
     00 00 00 00 00 03 03 04 29 00 00 00 00 10 00 08 00 00 08 00 00 10 01 00 00 1d 00 00 00 1f 00 00
     00 2b 01 04 01 00 00 00 01 00 03 00 01 05 03 00 01 07 0c 04 1f 00 00 00 01 08 03 08 00 00 00 00
     00 00 00 00 01 0a 01 0c 46 44 43 00 53 44 43 00 54 4f 43 00`,
  );
  const { currentProfile, features } = decodeConfiguration(reply);
  const find = (code: number): Uint8Array => features.find(({ featureCode }) => featureCode === code)!.bytes;

  it('is taken apart into the features of tgt', () => {
    expect(currentProfile).toBe(0x001b);
    expect(features.map(({ featureCode }) => featureCode)).toEqual([
      0x0000, 0x0001, 0x0002, 0x0003, 0x0010, 0x001d, 0x001f, 0x002b, 0x0100, 0x0105, 0x0107, 0x0108, 0x010a,
    ]);
    expect(features[10]).toMatchObject({
      version: 3,
      persistent: false,
      current: false,
      additionalLength: 4,
    });
  });

  it('is put together again', () => {
    const whole = encodeConfiguration(
      0x001b,
      features.map(({ bytes }) => bytes),
    );
    expect(hex(whole)).toBe(hex(reply));
  });

  it('holds descriptors that are shorter than those of today', () => {
    expect(decodeShort(core, find(0x0001))).toMatchObject({ physicalInterfaceStandard: 2, inquiry2: false });
    expect(decodeShort(dvdRead, find(0x001f))).toMatchObject({ multi110: false, dualR: false });
    expect(decodeShort(removableMedium, find(0x0003))).toMatchObject({
      loadingMechanismType: 1,
      eject: true,
      mediaLock: true,
      load: false,
    });
    expect(decodeProfileList(find(0x0000))).toEqual([
      { profileNumber: 0x0010, current: false },
      { profileNumber: 0x001b, current: true },
    ]);
  });

  it('of which eight bytes were asked for tells the profile', () => {
    expect(decodeConfiguration(reply.subarray(0, 8))).toEqual({ currentProfile: 0x001b, features: [] });
  });
});

describe('features of all drives', () => {
  it('profile list', () => {
    const profiles = [
      { profileNumber: 0x0043, current: true },
      { profileNumber: 0x0009, current: false },
    ];
    expect(hex(encodeProfileList(profiles))).toBe('00 00 03 08 00 43 01 00 00 09 00 00');
  });
  golden('profile', profileDescriptor, { profileNumber: 0x1b, current: true }, '00 1b 01 00');
  golden(
    'core',
    core,
    { ...always, physicalInterfaceStandard: 7, inquiry2: true, deviceBusyEvent: true },
    '00 01 0b 08 00 00 00 07 03 00 00 00',
  );
  golden(
    'morphing',
    morphing,
    { ...always, operationalChangeEvent: true, asynchronous: true },
    '00 02 07 04 03 00 00 00',
  );
  golden(
    'removable medium',
    removableMedium,
    { ...always, loadingMechanismType: 1, load: true, eject: true, mediaLock: true },
    '00 03 0b 04 39 00 00 00',
  );
  golden(
    'removable medium in a caddy with a jumper',
    removableMedium,
    { ...always, loadingMechanismType: 0, preventJumper: true },
    '00 03 0b 04 04 00 00 00',
  );
  golden(
    'write protect',
    writeProtect,
    {
      discWriteProtectPac: true,
      writeInhibitDcb: true,
      persistentWriteProtection: true,
      softwareWriteProtection: true,
    },
    '00 04 08 04 0f 00 00 00',
  );
  golden('power management', powerManagement, always, '01 00 03 00');
  golden(
    'external play',
    cdAudioExternalPlay,
    { scan: true, separateChannelMute: true, separateVolume: true, numberOfVolumeLevels: 256 },
    '01 03 00 04 07 00 01 00',
  );
  golden('time-out', timeOut, { ...always, group3: true, unitLength: 100 }, '01 05 07 04 01 00 00 64');
  golden('CSS', dvdCss, { ...current, cssVersion: 1 }, '01 06 01 04 00 00 00 01');
  golden(
    'real time streaming',
    realTimeStreaming,
    {
      ...current,
      readBufferCapacityBlock: true,
      setCdSpeed: true,
      modePage2A: true,
      writeSpeedPerformanceDescriptor: true,
      streamWriting: true,
    },
    '01 07 0d 04 1f 00 00 00',
  );
  it('serial number', () => {
    const descriptor = unhex('01 08 03 0c 47 45 44 4c 30 31 32 33 34 20 20 20');
    expect(decodeDriveSerialNumber(descriptor)).toBe('GEDL01234');
    expect(hex(encodeDriveSerialNumber('GEDL01234'))).toBe(hex(descriptor));
  });
});

describe('features that read', () => {
  golden(
    'random readable',
    randomReadable,
    { ...current, logicalBlockSize: 2048, blocking: 16, pagePresent: true },
    '00 10 01 08 00 00 08 00 00 10 01 00',
  );
  golden('multi-read', multiRead, always, '00 1d 03 00');
  golden(
    'CD read',
    cdRead,
    { ...current, digitalAudioPlay: true, c2Flags: true, cdText: true },
    '00 1e 09 04 83 00 00 00',
  );
  golden(
    'DVD read',
    dvdRead,
    { ...current, multi110: true, dualRw: true, dualR: true },
    '00 1f 05 04 01 00 03 00',
  );
  golden(
    'BD read',
    bdRead,
    {
      ...current,
      reClass0: 6,
      reClass1: 4,
      reClass2: 2,
      reClass3: 1,
      rClass0: 2,
      rClass1: 8,
      rClass2: 16,
      rClass3: 32,
      romClass0: 2,
      romClass1: 64,
      romClass2: 128,
      romClass3: 256,
    },
    '00 40 01 1c 00 00 00 00 00 06 00 04 00 02 00 01 00 02 00 08 00 10 00 20 00 02 00 40 00 80 01 00',
  );
});
