import { describe, expect, it } from 'vitest';
import { type MediumAnswers, mediumFacts, volumeStart } from '../../../src/drive/medium-facts.js';
import type { Track } from '../../../src/drive/medium.js';
import { contentsOf } from '../../../src/drive/read-contents.js';
import type { DiscInformation } from '../../../src/scsi/structures/disc-information.js';

const DISC: DiscInformation = {
  erasable: false,
  stateOfLastSession: 0,
  discStatus: 0,
  numberOfFirstTrack: 1,
  numberOfSessions: 1,
  firstTrackInLastSession: 1,
  lastTrackInLastSession: 1,
  discIdentificationValid: false,
  discBarCodeValid: false,
  unrestrictedUse: true,
  discApplicationCodeValid: false,
  dirty: false,
  backgroundFormatStatus: 0,
  discType: 0xff,
  discIdentification: 0,
  lastSessionLeadInStart: 0,
  lastPossibleLeadOutStart: 0xffff_ffff,
  discBarCode: new Uint8Array(8),
  discApplicationCode: 0,
  opcTables: [],
};

const TRACK: Track = {
  number: 1,
  session: 1,
  start: 0,
  length: 0,
  free: 0,
  blank: false,
  reserved: false,
  damaged: false,
  data: true,
};

const facts = (change: Partial<MediumAnswers>) =>
  mediumFacts({
    profile: 0x0009,
    disc: DISC,
    discUnreadable: false,
    tracks: [],
    formats: undefined,
    readable: 0,
    writeProtections: [],
    blockBytes: 2048,
    layerBreak: undefined,
    writeSpeeds: [],
    writePace: undefined,
    pregroove: { identity: undefined, dataZone: undefined },
    ...change,
  });

describe('a medium by what its drive says', () => {
  it('has the capacity that the pregroove of a CD gives', () => {
    expect(facts({ pregroove: { identity: undefined, dataZone: 359_849 } }).capacity).toBe(359_849);
  });

  it('has the last possible lead-out as capacity where a drive tells no ATIP', () => {
    // 79:59.74 as READ DISC INFORMATION has it: 00 4F 3B 4A.
    const disc = { ...DISC, lastPossibleLeadOutStart: 0x004f_3b4a };
    expect(facts({ disc }).capacity).toBe(359_849);
  });

  it('is all free when blank, even where the drive counts no free block', () => {
    const tracks = [{ ...TRACK, blank: true, nextWritable: 0 }];
    const dataZone = 2_295_104;
    expect(facts({ profile: 0x1b, tracks, pregroove: { identity: undefined, dataZone } }).free).toBe(
      dataZone,
    );
  });

  it('counts the sessions that are closed, not the one that is open', () => {
    expect(
      facts({ disc: { ...DISC, numberOfSessions: 3, stateOfLastSession: 0, discStatus: 1 } }).sessions,
    ).toBe(2);
    expect(
      facts({ disc: { ...DISC, numberOfSessions: 3, stateOfLastSession: 3, discStatus: 2 } }).sessions,
    ).toBe(3);
  });

  it('is not erasable because a drive says so of any medium', () => {
    expect(facts({ profile: 0x1b, disc: { ...DISC, erasable: true } }).erasable).toBe(false);
    expect(facts({ profile: 0x0a }).erasable).toBe(true);
  });

  it('is pressed and complete where the drive does not know recordable media', () => {
    expect(facts({ profile: 0x10, disc: undefined, readable: 4000 })).toMatchObject({
      kind: 'dvd-rom',
      status: 'complete',
      capacity: 4000,
      free: 0,
    });
  });

  it('of kind DVD+RW is formatted from the moment that its background format runs', () => {
    const at = (backgroundFormatStatus: number) =>
      facts({ profile: 0x1a, disc: { ...DISC, backgroundFormatStatus } }).formatted;
    expect([at(0), at(1), at(2), at(3)]).toEqual([false, true, true, true]);
  });

  it('of kind BD-RE has before formatting the size that the default format will give it', () => {
    const formats = {
      current: { numberOfBlocks: 12_219_392, descriptorType: 1, blockLength: 2048 },
      formattable: [
        { formatType: 0x00, numberOfBlocks: 11_826_176, typeDependentParameter: 0x3000 },
        { formatType: 0x31, numberOfBlocks: 12_219_392, typeDependentParameter: 0x800 },
      ],
    };
    expect(facts({ profile: 0x43, formats })).toMatchObject({ formatted: false, capacity: 11_826_176 });
  });

  it.each([
    ['unformatted, nothing to be read', 1, 0, { formatted: false, readable: 0 }],
    ['unformatted, all of it to be read', 1, 4096, { formatted: true, readable: 4096 }],
    ['unformatted, and not what can be read', 1, undefined, { formatted: false, readableUnknown: true }],
    ['formatted', 2, 4096, { formatted: true, readable: 4096 }],
    ['formatted, nothing to be read', 2, 0, { formatted: true, readableUnknown: true }],
    ['no medium, all of it to be read', 3, 4096, { formatted: true, readable: 4096 }],
    ['no medium, nothing to be read', 3, 0, { formatted: true, readableUnknown: true }],
    ['neither', undefined, undefined, { formatted: true, readable: 0, readableUnknown: true, capacity: 0 }],
  ] as const)(
    'that is overwritten in place is what its drive tells of it: %s',
    (_, type, readable, found) => {
      const current = { numberOfBlocks: 4096, descriptorType: type ?? 0, blockLength: 2048 };
      const formats = type === undefined ? undefined : { current, formattable: [] };
      for (const profile of [0x43, 0x12, 0x02])
        expect(facts({ profile, formats, readable })).toMatchObject(found);
    },
  );

  it('that is overwritten in place can be read though its drive says that it is empty', () => {
    expect(facts({ profile: 0x43, readable: 4096 })).toMatchObject({ status: 'empty', readable: 4096 });
    expect(facts({ profile: 0x1b, readable: 4096 })).toMatchObject({ status: 'empty', readable: 0 });
  });

  it('shows the volume of its last closed session', () => {
    const tracks = [
      { ...TRACK, number: 1, session: 1, start: 0 },
      { ...TRACK, number: 2, session: 2, start: 11_400 },
      { ...TRACK, number: 3, session: 3, start: 18_300, blank: true },
    ];
    const disc = { ...DISC, numberOfSessions: 3, discStatus: 1 };
    expect(volumeStart(facts({ disc, tracks }))).toBe(11_400);
    expect(volumeStart(facts({ tracks: [{ ...TRACK, blank: true }] }))).toBeUndefined();
  });
});

describe('the first blocks of a medium', () => {
  it('hold nothing when they are zeros', () => {
    expect(contentsOf(new Uint8Array(32 * 2048))).toEqual({ contents: 'none' });
  });

  it('hold unknown data when they are neither zeros nor a volume', () => {
    const head = new Uint8Array(32 * 2048);
    head[5] = 1;
    expect(contentsOf(head)).toEqual({ contents: 'unknown-data' });
    expect(contentsOf(head.subarray(0, 2048))).toEqual({ contents: 'unknown-data' });
  });
});
