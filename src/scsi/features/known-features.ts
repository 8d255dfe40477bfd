import { type DecodedFields, decodedFields } from '../../binary/decoded-fields.js';
import { bdRPow } from './bd-r-pow.js';
import { bdRead } from './bd-read.js';
import { bdWrite } from './bd-write.js';
import { cdAudioExternalPlay } from './cd-audio-external-play.js';
import { cdMastering } from './cd-mastering.js';
import { cdRead } from './cd-read.js';
import { cdRwMediaWrite } from './cd-rw-media-write.js';
import { cdTrackAtOnce } from './cd-track-at-once.js';
import { core } from './core.js';
import { decodeDriveSerialNumber } from './drive-serial-number.js';
import { dvdCss } from './dvd-css.js';
import { dvdPlusR } from './dvd-plus-r.js';
import { dvdPlusRDualLayer } from './dvd-plus-r-dual-layer.js';
import { dvdPlusRw } from './dvd-plus-rw.js';
import { dvdPlusRwDualLayer } from './dvd-plus-rw-dual-layer.js';
import { dvdRRwWrite } from './dvd-r-rw-write.js';
import { dvdRead } from './dvd-read.js';
import { formattable } from './formattable.js';
import { hardwareDefectManagement } from './hardware-defect-management.js';
import { decodeIncrementalStreaming } from './incremental-streaming.js';
import { decodeLayerJumpRecording } from './layer-jump-recording.js';
import { morphing } from './morphing.js';
import { mrw } from './mrw.js';
import { multiRead } from './multi-read.js';
import { powerManagement } from './power-management.js';
import { decodeProfileList } from './profile-list.js';
import { randomReadable } from './random-readable.js';
import { randomWritable } from './random-writable.js';
import { realTimeStreaming } from './real-time-streaming.js';
import { removableMedium } from './removable-medium.js';
import { restrictedOverwrite } from './restricted-overwrite.js';
import { rigidRestrictedOverwrite } from './rigid-restricted-overwrite.js';
import { timeOut } from './time-out.js';
import { writeOnce } from './write-once.js';
import { writeProtect } from './write-protect.js';

interface KnownFeature {
  readonly name: string;
  /** What stands in the whole descriptor; undefined where that is something else. */
  readonly decode: (descriptor: Uint8Array) => DecodedFields | undefined;
}

/** Descriptors of one length. */
const FIXED = [
  bdRPow,
  bdRead,
  bdWrite,
  cdAudioExternalPlay,
  cdMastering,
  cdRead,
  cdRwMediaWrite,
  cdTrackAtOnce,
  core,
  dvdCss,
  dvdPlusRDualLayer,
  dvdPlusR,
  dvdPlusRwDualLayer,
  dvdPlusRw,
  dvdRRwWrite,
  dvdRead,
  formattable,
  hardwareDefectManagement,
  morphing,
  mrw,
  multiRead,
  powerManagement,
  randomReadable,
  randomWritable,
  realTimeStreaming,
  removableMedium,
  restrictedOverwrite,
  rigidRestrictedOverwrite,
  timeOut,
  writeOnce,
  writeProtect,
];

/** The view of a descriptor has these beside what is decoded. */
const HEADER = ['persistent', 'current'];

const decodeStreaming = (bytes: Uint8Array): DecodedFields => {
  const { dataBlockTypes, trio, arsv, bufferUnderrunFree, linkSizes } = decodeIncrementalStreaming(bytes);
  return { dataBlockTypes, trio, arsv, bufferUnderrunFree, linkSizes: [...linkSizes] };
};

/** Those that end in a list, by the numbers of MMC-5 §5.3. */
const LISTED: readonly (readonly [number, KnownFeature])[] = [
  [0x0000, { name: 'Profile List', decode: (bytes) => ({ profiles: decodeProfileList(bytes).length }) }],
  [0x0021, { name: 'Incremental Streaming Writable', decode: decodeStreaming }],
  [
    0x0033,
    {
      name: 'Layer Jump Recording',
      decode: (bytes) => ({ linkSizes: [...decodeLayerJumpRecording(bytes).linkSizes] }),
    },
  ],
  [
    0x0108,
    {
      name: 'Drive Serial Number',
      decode: (bytes) => ({ serialNumber: decodeDriveSerialNumber(bytes).trim() }),
    },
  ],
];

const FEATURES: ReadonlyMap<number, KnownFeature> = new Map([
  ...FIXED.map((of): [number, KnownFeature] => [
    of.code,
    { name: of.name.replace(/ feature$/, ''), decode: (bytes) => decodedFields(of, bytes, HEADER) },
  ]),
  ...LISTED,
]);

/** What MMC-5 calls a feature and how its descriptor is read; undefined for those that we have no table of. */
export const knownFeature = (code: number): KnownFeature | undefined => FEATURES.get(code);
