import { describe, expect, it } from 'vitest';
import type { Medium, WritePace } from '../../../src/drive/medium.js';
import { kindOfProfile } from '../../../src/drive/medium-kind.js';
import { aFormattedDvdRw, aMedium, aRecordedMedium } from '../../support/drive-report.js';

const statesOf = ({ states }: Medium): string => states.join(' ');

/** A session of two tracks, and one that was begun behind it. */
const APPENDABLE: Partial<Medium> = {
  status: 'appendable',
  lastSession: 'empty',
  sessions: 1,
  readable: 5000,
  nextWritable: 11_400,
  free: 348_449,
  contents: 'volume',
  tracks: [
    { ...aMedium('cd-r').tracks[0]!, blank: false, length: 2000, free: 0 },
    { ...aMedium('cd-r').tracks[0]!, number: 2, start: 2150, blank: false, length: 2850, free: 0 },
  ],
};

describe('the states of a medium', () => {
  it.each([
    ['a blank CD-R', aMedium('cd-r'), 'blank'],
    ['a CD-R with a session that can be followed', aMedium('cd-r', APPENDABLE), 'appendable'],
    [
      'a CD-R whose session is open and holds data',
      aMedium('cd-r', { ...APPENDABLE, sessions: 0, lastSession: 'incomplete' }),
      'appendable non-empty-session',
    ],
    ['a finalized CD-R', aRecordedMedium('cd-r'), 'finalized'],
    ['a finalized CD-RW', aRecordedMedium('cd-rw'), 'erase-required finalized'],
    ['a CD-RW that was half blanked', aMedium('cd-rw', { lastSession: 'damaged' }), 'damaged erase-required'],
    [
      'a DVD-RW that was blanked minimally',
      aMedium('dvd-rw', { singleSession: true }),
      'blank final-session',
    ],
    ['a formatted DVD-RW in use', aFormattedDvdRw(), 'overwritable'],
    ['a new DVD+RW', aMedium('dvd+rw'), 'blank overwritable'],
    ['a DVD+RW in use', aRecordedMedium('dvd+rw'), 'overwritable randomly-writable'],
    [
      'a DVD-RAM whose tab is set',
      aMedium('dvd-ram', { writeProtected: true, writeProtections: ['cartridge'] }),
      'blank overwritable randomly-writable write-protected',
    ],
    [
      'a pressed disc',
      { ...aRecordedMedium('cd-r'), ...aMedium('cd-r', { kind: 'cd-rom', status: 'complete' }) },
      'finalized unsupported',
    ],
  ] as const)('are all told at once: %s', (_, medium, states) => {
    expect(statesOf(medium)).toBe(states);
  });
});

describe('whether a medium is blank', () => {
  const blankness = ({ blankness: { physical, probable } }: Medium) => ({ physical, probable });

  it('has two answers', () => {
    expect(blankness(aMedium('dvd+r'))).toEqual({ physical: true, probable: true });
    expect(blankness(aMedium('dvd+rw'))).toEqual({ physical: true, probable: true });
    expect(blankness(aMedium('dvd-ram'))).toEqual({ physical: false, probable: true });
    expect(blankness(aRecordedMedium('dvd+rw'))).toEqual({ physical: false, probable: false });
  });

  it('is no where a blanking was interrupted, though the drive says that the disc is empty', () => {
    expect(blankness(aMedium('cd-rw', { lastSession: 'damaged' }))).toEqual({
      physical: false,
      probable: false,
    });
  });

  it('is probable for a BD-R that was formatted and holds nothing', () => {
    const formatted = aMedium('bd-r', { status: 'appendable', lastSession: 'empty' });
    expect(blankness(formatted)).toEqual({ physical: false, probable: true });
  });

  it('is told with what speaks for it and against it', () => {
    const looked = aMedium('dvd-ram', { contents: 'unknown-data', sampledPlaces: 4 });
    expect(looked.blankness.evidence).toEqual([
      { sign: 'format', blank: false, detail: 'The medium is formatted.' },
      { sign: 'first-blocks', blank: true, detail: expect.stringContaining('zeros') as string },
      { sign: 'other-blocks', blank: false, detail: expect.stringContaining('The last of 4') as string },
    ]);
  });
});

describe('where the sessions of a medium lie', () => {
  it('is told of the last closed one, with what is used', () => {
    const medium = aMedium('cd-r', APPENDABLE);
    expect(medium.previousSession).toEqual({ number: 1, start: 0, lastRecorded: 4999 });
    expect(medium.used).toBe(11_400);
  });

  it('is not told of media that have none', () => {
    expect(aMedium('cd-r').previousSession).toBeUndefined();
    expect(aRecordedMedium('dvd+rw').previousSession).toBeUndefined();
  });
});

describe('the fingerprint of a medium', () => {
  it('is the same at whatever speed the drive stands', () => {
    const pace: WritePace = { rotation: 'clv', kBps: 5540, zones: [] };
    expect(aMedium('dvd+r', { writePace: pace }).fingerprint).toBe(aMedium('dvd+r').fingerprint);
    expect(aMedium('dvd+r', { free: 1 }).fingerprint).not.toBe(aMedium('dvd+r').fingerprint);
  });
});

describe('the kind of a medium', () => {
  /** IMAPI_MEDIA_PHYSICAL_TYPE as Microsoft documents it, each with the profiles of MMC-5 and MMC-6 that stand for it. */
  it.each([
    ['UNKNOWN', 0x0000, 'unknown'],
    ['CDROM', 0x0008, 'cd-rom'],
    ['CDR', 0x0009, 'cd-r'],
    ['CDRW', 0x000a, 'cd-rw'],
    ['DVDROM', 0x0010, 'dvd-rom'],
    ['DVDRAM', 0x0012, 'dvd-ram'],
    ['DVDPLUSR', 0x001b, 'dvd+r'],
    ['DVDPLUSRW', 0x001a, 'dvd+rw'],
    ['DVDPLUSR_DUALLAYER', 0x002b, 'dvd+r-dl'],
    ['DVDDASHR', 0x0011, 'dvd-r'],
    ['DVDDASHRW', 0x0014, 'dvd-rw'],
    ['DVDDASHR_DUALLAYER', 0x0015, 'dvd-r-dl'],
    ['DISK', 0x0002, 'removable-disk'],
    ['DVDPLUSRW_DUALLAYER', 0x002a, 'dvd+rw-dl'],
    ['HDDVDROM', 0x0050, 'hd-dvd-rom'],
    ['HDDVDR', 0x0051, 'hd-dvd-r'],
    ['HDDVDRAM', 0x0052, 'hd-dvd-ram'],
    ['BDROM', 0x0040, 'bd-rom'],
    ['BDR', 0x0041, 'bd-r'],
    ['BDRE', 0x0043, 'bd-re'],
    ['none: DVD-RW DL', 0x0017, 'dvd-rw-dl'],
    ['none: DVD Download', 0x0018, 'dvd-download'],
    ['none: a profile of tomorrow', 0x7777, 'unknown'],
  ])('has a word for each of those of IMAPI and for newer ones: %s', (_, profile, kind) => {
    expect(kindOfProfile(profile)).toBe(kind);
  });
});
