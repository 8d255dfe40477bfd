import { type DecodedFields, decodedFields } from '../../binary/decoded-fields.js';
import { caching } from './caching.js';
import { capabilities } from './capabilities.js';
import { cdAudioControl } from './cd-audio-control.js';
import { cdDeviceParameters } from './cd-device-parameters.js';
import { powerCondition } from './power-condition.js';
import { readWriteErrorRecovery } from './read-write-error-recovery.js';
import { timeoutAndProtect } from './timeout-and-protect.js';
import { writeParameters } from './write-parameters.js';

interface KnownModePage {
  readonly name: string;
  /** What stands in the whole page. */
  readonly decode: (page: Uint8Array) => DecodedFields | undefined;
}

const PAGES = [
  readWriteErrorRecovery,
  writeParameters,
  caching,
  cdDeviceParameters,
  cdAudioControl,
  powerCondition,
  timeoutAndProtect,
  capabilities,
] as const;

/** Whether a page can be saved stands beside what is decoded. */
const HEADER = ['parametersSaveable'];

const KNOWN: ReadonlyMap<number, KnownModePage> = new Map(
  PAGES.map((of) => [
    of.code,
    {
      name: of.name.replace(/ mode page$/, ''),
      decode: (page: Uint8Array) => decodedFields(of, page, HEADER),
    },
  ]),
);

export const KNOWN_MODE_PAGES: readonly number[] = [...KNOWN.keys()];

/** What a mode page is called and how it is read; undefined for those that we have no table of. */
export const knownModePage = (code: number): KnownModePage | undefined => KNOWN.get(code);
