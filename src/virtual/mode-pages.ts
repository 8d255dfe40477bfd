import { caching } from '../scsi/mode-pages/caching.js';
import { cdAudioControl } from '../scsi/mode-pages/cd-audio-control.js';
import { cdDeviceParameters } from '../scsi/mode-pages/cd-device-parameters.js';
import { powerCondition } from '../scsi/mode-pages/power-condition.js';
import { readWriteErrorRecovery } from '../scsi/mode-pages/read-write-error-recovery.js';
import { timeoutAndProtect } from '../scsi/mode-pages/timeout-and-protect.js';
import { encodeModePage } from '../scsi/mode-pages/mode-page.js';
import { WRITE_TYPE, writeParameters } from '../scsi/mode-pages/write-parameters.js';
import type { DriveModel } from './models.js';
import { INVALID_FIELD_IN_PARAMETERS, refusal } from './refusal.js';

/** A mode page is kept three times; a bit that is 0 in `changeable` cannot be set otherwise than it is. */
interface PageSpec {
  readonly code: number;
  readonly defaults: Uint8Array;
  readonly changeable: Uint8Array;
  /** Where not every drive has it. */
  readonly has?: (model: DriveModel) => boolean;
}

const readsCd = ({ reads }: DriveModel): boolean => reads.includes('cd-r');
const readsNothingElse = (model: DriveModel): boolean => readsCd(model) && !model.reads.includes('dvd-r');

const ones = (size: number): Uint8Array => new Uint8Array(size).fill(0xff);

/** Channels of the two outlets, at full volume; the other two are mute. */
const twoPorts = ({ left, right }: { readonly left: number; readonly right: number }) => ({
  port0Channel: left,
  port0Volume: 0xff,
  port1Channel: right,
  port1Volume: 0xff,
  port2Channel: 0,
  port2Volume: 0,
  port3Channel: 0,
  port3Volume: 0,
});

const PAGES: readonly PageSpec[] = [
  {
    code: readWriteErrorRecovery.code,
    defaults: readWriteErrorRecovery.encode({ readRetryCount: 8, writeRetryCount: 0 }),
    changeable: readWriteErrorRecovery.encode({
      automaticWriteReallocation: true,
      automaticReadReallocation: true,
      transferBlock: true,
      postError: true,
      disableTransferOnError: true,
      disableCorrection: true,
      readRetryCount: 0xff,
      writeRetryCount: 0,
    }),
  },
  {
    code: writeParameters.code,
    defaults: writeParameters.encode({
      bufferUnderrunFree: true,
      writeType: WRITE_TYPE.trackAtOnce,
      multiSession: 0,
      trackMode: 4,
      dataBlockType: 8,
      linkSize: 0,
      hostApplicationCode: 0,
      sessionFormat: 0,
      packetSize: 0,
      audioPauseLength: 150,
      mediaCatalogNumber: new Uint8Array(16),
      internationalStandardRecordingCode: new Uint8Array(16),
      subHeader: new Uint8Array(4),
    }),
    changeable: writeParameters.encode({
      bufferUnderrunFree: true,
      linkSizeValid: true,
      testWrite: true,
      writeType: 0xf,
      multiSession: 3,
      fixedPacket: true,
      copy: true,
      trackMode: 0xf,
      dataBlockType: 0xf,
      linkSize: 0xff,
      hostApplicationCode: 0x3f,
      sessionFormat: 0xff,
      packetSize: 0xffffffff,
      audioPauseLength: 0xffff,
      mediaCatalogNumber: ones(16),
      internationalStandardRecordingCode: ones(16),
      subHeader: ones(4),
    }),
  },
  {
    code: caching.code,
    defaults: caching.encode({ writeCacheEnable: true }),
    changeable: caching.encode({ writeCacheEnable: true, readCacheDisable: true }),
  },
  {
    code: cdDeviceParameters.code,
    has: readsNothingElse,
    defaults: cdDeviceParameters.encode({
      inactivityTimerMultiplier: 0x0d,
      secondsPerMinute: 60,
      framesPerSecond: 75,
    }),
    changeable: cdDeviceParameters.encode({
      inactivityTimerMultiplier: 0xf,
      secondsPerMinute: 0,
      framesPerSecond: 0,
    }),
  },
  {
    code: cdAudioControl.code,
    has: readsCd,
    defaults: cdAudioControl.encode({ immediate: true, ...twoPorts({ left: 1, right: 2 }) }),
    changeable: cdAudioControl.encode({ stopOnTrackCrossing: true, ...twoPorts({ left: 0xf, right: 0xf }) }),
  },
  {
    code: powerCondition.code,
    defaults: powerCondition.encode({ idleConditionTimer: 0, standbyConditionTimer: 0 }),
    changeable: powerCondition.encode({
      idle: true,
      standby: true,
      idleConditionTimer: 0xffffffff,
      standbyConditionTimer: 0xffffffff,
    }),
  },
  {
    code: timeoutAndProtect.code,
    defaults: timeoutAndProtect.encode({ group1MinimumTimeout: 30, group2MinimumTimeout: 120 }),
    changeable: timeoutAndProtect.encode({
      softwareWriteProtect: true,
      group1MinimumTimeout: 0xffff,
      group2MinimumTimeout: 0xffff,
    }),
  },
];

const ILLEGAL_SESSION_FORMAT = 0x7f;

/** Page 05h with a session format that is not defined, and no pause. */
const withIllegalDefaults = (spec: PageSpec): PageSpec =>
  spec.code === writeParameters.code
    ? {
        ...spec,
        defaults: writeParameters.encode({
          ...writeParameters.decode(spec.defaults),
          sessionFormat: ILLEGAL_SESSION_FORMAT,
          audioPauseLength: 0,
        }),
      }
    : spec;

const HEADER_BYTES = 2;
const LONGER_BY = 4;

/** Page 05h with vendor specific bytes behind it. */
const withVendorBytes = (spec: PageSpec): PageSpec => {
  if (spec.code !== writeParameters.code) return spec;
  const longer = (page: Uint8Array): Uint8Array =>
    encodeModePage(writeParameters, writeParameters.decode(page), page.length - HEADER_BYTES + LONGER_BY);
  return { ...spec, defaults: longer(spec.defaults), changeable: longer(spec.changeable) };
};

/** Page Control of MODE SENSE. */
export const PAGE_CONTROL = { current: 0, changeable: 1, defaults: 2 } as const;

const KEPT = { 0: 'current', 1: 'changeable', 2: 'defaults' } as const;
type PageControl = keyof typeof KEPT;

/** Whether `page` differs from `current` in a bit that cannot be changed; the header is the caller's matter. */
const changesFixedBits = (page: Uint8Array, current: Uint8Array, changeable: Uint8Array): boolean =>
  page.some(
    (value, at) => at >= HEADER_BYTES && ((value ^ (current[at] ?? 0)) & ~(changeable[at] ?? 0)) !== 0,
  );

/** The mode pages of one drive but page 2Ah, which is computed. */
export class ModePages {
  readonly #current = new Map<number, Uint8Array>();
  readonly #specs: readonly PageSpec[];

  constructor(
    model: DriveModel,
    wrong: { readonly illegalDefaults: boolean; readonly longWriteParameters: boolean },
  ) {
    const had = PAGES.filter(({ has }) => has === undefined || has(model));
    const specs = wrong.illegalDefaults ? had.map(withIllegalDefaults) : had;
    this.#specs = wrong.longWriteParameters ? specs.map(withVendorBytes) : specs;
    this.reset();
  }

  /** As after power on. */
  reset(): void {
    for (const { code, defaults } of this.#specs) this.#current.set(code, defaults.slice());
  }

  get writeParameters() {
    return writeParameters.decode(this.#page(writeParameters.code));
  }

  get timeoutAndProtect() {
    return timeoutAndProtect.decode(this.#page(timeoutAndProtect.code));
  }

  codes(): number[] {
    return this.#specs.map(({ code }) => code);
  }

  page(code: number, control: PageControl): Uint8Array | undefined {
    const spec = this.#specs.find((row) => row.code === code);
    if (spec === undefined) return undefined;
    const kept = { current: this.#page(code), changeable: spec.changeable, defaults: spec.defaults };
    return kept[KEPT[control]];
  }

  /** Refuses what is not a page of the drive, has another length or touches what cannot be changed. */
  select(code: number, page: Uint8Array): void {
    this.check(code, page);
    const next = page.slice();
    next.set((this.#current.get(code) ?? page).subarray(0, HEADER_BYTES));
    this.#current.set(code, next);
  }

  /** Refuses a page that the drive has not, or that sets what cannot be set. */
  check(code: number, page: Uint8Array): void {
    const spec = this.#specs.find((row) => row.code === code);
    const current = this.#current.get(code);
    if (spec === undefined || current === undefined) throw refusal(INVALID_FIELD_IN_PARAMETERS);
    if (page.length !== current.length || page[1] !== current[1]) throw refusal(INVALID_FIELD_IN_PARAMETERS);
    if (changesFixedBits(page, current, spec.changeable)) throw refusal(INVALID_FIELD_IN_PARAMETERS);
  }

  #page(code: number): Uint8Array {
    return this.#current.get(code) ?? new Uint8Array();
  }
}
