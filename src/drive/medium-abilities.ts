import { decodeShort } from '../binary/layout.js';
import { bdRPow } from '../scsi/features/bd-r-pow.js';
import { bdWrite } from '../scsi/features/bd-write.js';
import { cdMastering } from '../scsi/features/cd-mastering.js';
import { cdTrackAtOnce } from '../scsi/features/cd-track-at-once.js';
import { dvdPlusRDualLayer } from '../scsi/features/dvd-plus-r-dual-layer.js';
import { dvdPlusR } from '../scsi/features/dvd-plus-r.js';
import { dvdPlusRwDualLayer } from '../scsi/features/dvd-plus-rw-dual-layer.js';
import { dvdPlusRw } from '../scsi/features/dvd-plus-rw.js';
import { dvdRRwWrite } from '../scsi/features/dvd-r-rw-write.js';
import { formattable } from '../scsi/features/formattable.js';
import { randomWritable } from '../scsi/features/random-writable.js';
import { restrictedOverwrite } from '../scsi/features/restricted-overwrite.js';
import type { MediumKind } from './medium.js';
import type { Formatting, MediumAbility, WriteModeOfDrive } from './medium-ability.js';
import type { Basics } from './read-basics.js';

const INCREMENTAL_STREAMING = 0x0021;
const LAYER_JUMP_RECORDING = 0x0033;

/** Of those that a drive has, be they current with the present medium or not. */
type Descriptor = (code: number) => Uint8Array | undefined;
type Recording = Omit<MediumAbility, 'medium' | 'records'>;

const modes = (...known: readonly (WriteModeOfDrive | false)[]): WriteModeOfDrive[] =>
  known.filter((mode) => mode !== false);

const of =
  (find: Descriptor) =>
  <T>({ code }: { readonly code: number }, decode: (bytes: Uint8Array) => T): T | undefined => {
    const bytes = find(code);
    return bytes && decode(bytes);
  };

interface Mastering {
  readonly sessionAtOnce: boolean;
  readonly raw: boolean;
}

const ofMastering = ({ sessionAtOnce, raw }: Mastering): WriteModeOfDrive[] =>
  modes(sessionAtOnce && 'sao', raw && 'raw');

interface CdRecorder {
  readonly cdRw: boolean;
  readonly testWrite: boolean;
  readonly bufferUnderrunFree: boolean;
}

/** The feature, if the drive has it for such media. */
const suiting = <T extends CdRecorder>(found: T | undefined, isRw: boolean): T[] =>
  found && (!isRw || found.cdRw) ? [found] : [];

const ofCd = (find: Descriptor, isRw: boolean): Recording | undefined => {
  const atOnce = suiting(
    of(find)(cdTrackAtOnce, (bytes) => decodeShort(cdTrackAtOnce, bytes)),
    isRw,
  );
  const mastering = suiting(
    of(find)(cdMastering, (bytes) => decodeShort(cdMastering, bytes)),
    isRw,
  );
  const features: readonly CdRecorder[] = [...atOnce, ...mastering];
  if (features.length === 0) return undefined;
  return {
    writeModes: modes(atOnce.length > 0 && 'tao', ...mastering.flatMap(ofMastering)),
    testWrite: features.some(({ testWrite }) => testWrite),
    bufferUnderrunFree: features.some(({ bufferUnderrunFree }) => bufferUnderrunFree),
  };
};

type DvdMinus = 'dvd-r' | 'dvd-rw' | 'dvd-r-dl';

/** The bit of the DVD-R/-RW Write feature for a kind, and the mode that is a feature of its own. */
const DVD_MINUS: Readonly<
  Record<
    DvdMinus,
    {
      readonly bit?: 'dvdRw' | 'dualLayerR';
      readonly more?: readonly [code: number, mode: WriteModeOfDrive];
    }
  >
> = {
  'dvd-r': {},
  'dvd-rw': { bit: 'dvdRw', more: [restrictedOverwrite.code, 'restricted-overwrite'] },
  'dvd-r-dl': { bit: 'dualLayerR', more: [LAYER_JUMP_RECORDING, 'layer-jump'] },
};

const ofDvdMinus = (find: Descriptor, kind: DvdMinus): Recording | undefined => {
  const write = of(find)(dvdRRwWrite, (bytes) => decodeShort(dvdRRwWrite, bytes));
  const { bit, more } = DVD_MINUS[kind];
  if (write === undefined || (bit && !write[bit])) return undefined;
  return {
    writeModes: modes(
      find(INCREMENTAL_STREAMING) !== undefined && 'incremental',
      'dao',
      more !== undefined && find(more[0]) !== undefined && more[1],
    ),
    testWrite: write.testWrite,
    bufferUnderrunFree: write.bufferUnderrunFree,
  };
};

const formattingOf = (find: Descriptor, kind: MediumKind): Formatting[] => {
  const found = of(find)(formattable, (bytes) => decodeShort(formattable, bytes));
  const words: readonly (readonly [boolean | undefined, Formatting])[] = [
    [found?.certification, 'full-certification'],
    [found?.quickCertification, 'quick-certification'],
    [found?.expand, 'expand-spares'],
    [kind === 'bd-re' && found?.renosa, 'without-spares'],
  ];
  return words.flatMap(([is, word]) => (is === true ? [word] : []));
};

const always = (mode: WriteModeOfDrive): Recording => ({
  writeModes: [mode],
  testWrite: false,
  bufferUnderrunFree: true,
});

/** A descriptor that ends before its Write bit says nothing against recording. */
const FEATURE_HEADER = 4;

const ofDvdPlus = (
  bytes: Uint8Array | undefined,
  decode: (bytes: Uint8Array) => { readonly write: boolean },
  mode: WriteModeOfDrive,
): Recording | undefined =>
  bytes && (bytes.length <= FEATURE_HEADER || decode(bytes).write) ? always(mode) : undefined;

/** Media of random access have a format and spares, or nothing to be told of. */
const ofRandom = (find: Descriptor, kind: 'dvd-ram' | 'removable-disk'): Recording | undefined => {
  if (find(randomWritable.code) === undefined) return undefined;
  return {
    ...always('overwrite'),
    ...(kind === 'dvd-ram' && { formatting: formattingOf(find, kind) }),
  };
};

const ofBd = (find: Descriptor, kind: 'bd-r' | 'bd-re'): Recording | undefined => {
  const write = of(find)(bdWrite, (bytes) => decodeShort(bdWrite, bytes));
  if (write === undefined) return undefined;
  const { rClass0, rClass1, rClass2, rClass3, reClass0, reClass1, reClass2, reClass3 } = write;
  const classes =
    kind === 'bd-r' ? [rClass0, rClass1, rClass2, rClass3] : [reClass0, reClass1, reClass2, reClass3];
  if (classes.every((versions) => versions === 0)) return undefined;
  return {
    ...always(kind === 'bd-r' ? 'sequential' : 'overwrite'),
    formatting: formattingOf(find, kind),
    ...(kind === 'bd-r' && find(bdRPow.code) !== undefined && { pseudoOverwrite: true }),
    ...(classes[2] !== 0 && { bdxl: true }),
  };
};

interface Row {
  readonly medium: MediumKind;
  /** Of the Profile List: MMC-5 §5.3.1. */
  readonly profiles: readonly number[];
  /** Undefined where the drive only reads it. */
  readonly recording: (find: Descriptor) => Recording | undefined;
}

const never = (): undefined => undefined;

const ROWS: readonly Row[] = [
  { medium: 'cd-rom', profiles: [0x08], recording: never },
  { medium: 'cd-r', profiles: [0x09], recording: (find) => ofCd(find, false) },
  { medium: 'cd-rw', profiles: [0x0a], recording: (find) => ofCd(find, true) },
  { medium: 'dvd-rom', profiles: [0x10], recording: never },
  { medium: 'dvd-r', profiles: [0x11], recording: (find) => ofDvdMinus(find, 'dvd-r') },
  { medium: 'dvd-rw', profiles: [0x13, 0x14], recording: (find) => ofDvdMinus(find, 'dvd-rw') },
  { medium: 'dvd-r-dl', profiles: [0x15, 0x16], recording: (find) => ofDvdMinus(find, 'dvd-r-dl') },
  { medium: 'dvd-ram', profiles: [0x12], recording: (find) => ofRandom(find, 'dvd-ram') },
  {
    medium: 'dvd+rw',
    profiles: [0x1a],
    recording: (find) => ofDvdPlus(find(dvdPlusRw.code), (it) => decodeShort(dvdPlusRw, it), 'overwrite'),
  },
  {
    medium: 'dvd+r',
    profiles: [0x1b],
    recording: (find) => ofDvdPlus(find(dvdPlusR.code), (it) => decodeShort(dvdPlusR, it), 'sequential'),
  },
  {
    medium: 'dvd+rw-dl',
    profiles: [0x2a],
    recording: (find) =>
      ofDvdPlus(find(dvdPlusRwDualLayer.code), (it) => decodeShort(dvdPlusRwDualLayer, it), 'overwrite'),
  },
  {
    medium: 'dvd+r-dl',
    profiles: [0x2b],
    recording: (find) =>
      ofDvdPlus(find(dvdPlusRDualLayer.code), (it) => decodeShort(dvdPlusRDualLayer, it), 'sequential'),
  },
  { medium: 'bd-rom', profiles: [0x40], recording: never },
  { medium: 'bd-r', profiles: [0x41, 0x42], recording: (find) => ofBd(find, 'bd-r') },
  { medium: 'bd-re', profiles: [0x43], recording: (find) => ofBd(find, 'bd-re') },
  { medium: 'hd-dvd-rom', profiles: [0x50], recording: never },
  { medium: 'removable-disk', profiles: [0x02], recording: (find) => ofRandom(find, 'removable-disk') },
];

const ONLY_READS: Recording = { writeModes: [], testWrite: false, bufferUnderrunFree: false };

/** Drives of MMC-1 know no features; mode page 2Ah tells which media they know, and that they have a test write. */
const byPage = ({ page2A }: Basics): MediumAbility[] => {
  if (!page2A) return [];
  const { testWrite, bufferUnderrunFree } = page2A;
  const cd = { writeModes: modes('tao'), testWrite, bufferUnderrunFree };
  const dvd = { ...cd, writeModes: modes('dao') };
  const rows: readonly (readonly [MediumKind, boolean, boolean, Recording])[] = [
    ['cd-r', page2A.cdRRead, page2A.cdRWrite, cd],
    ['cd-rw', page2A.cdRwRead, page2A.cdRwWrite, cd],
    ['dvd-rom', page2A.dvdRomRead, false, ONLY_READS],
    ['dvd-r', page2A.dvdRRead, page2A.dvdRWrite, dvd],
    ['dvd-ram', page2A.dvdRamRead, page2A.dvdRamWrite, always('overwrite')],
  ];
  return rows.flatMap(([medium, reads, records, recording]) =>
    reads || records ? [{ medium, records, ...(records ? recording : ONLY_READS) }] : [],
  );
};

/** All kinds of media that a drive knows, and what it does with them: by its features, whatever lies in it. */
export const mediumAbilities = (basics: Basics, profiles: readonly number[]): MediumAbility[] => {
  if (profiles.length === 0) return byPage(basics);
  const { features } = basics.configuration;
  const find: Descriptor = (code) => features.find(({ featureCode }) => featureCode === code)?.bytes;
  return ROWS.filter((row) => row.profiles.some((profile) => profiles.includes(profile))).map(
    ({ medium, recording }) => {
      const found = recording(find);
      return { medium, records: found !== undefined, ...(found ?? ONLY_READS) };
    },
  );
};
