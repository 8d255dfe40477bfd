/** What sg3-utils 1.46 prints, taken apart. */

/** As many bytes of a dump as it shows, as spaced hex text. */
export const dumpedBytes = (text: string): string =>
  [...text.matchAll(/^ [\da-f]+ {3,5}((?:[\da-f]{2}(?: {1,2}|$))+)/gm)]
    .flatMap(([, bytes = '']) => bytes.trim().split(/ +/))
    .join(' ');

/** `label=value` and `label: value` of a line; without what comes before the labels. */
const labelled = (line: string): [string, string][] =>
  line.split(/, (?=[^,]*[=:])/).flatMap((part): [string, string][] => {
    const [, label, value] =
      /^(?:.*: )?([^:]+)=(\w+)$/.exec(part.trim()) ?? /^(.+): (.+)$/.exec(part.trim()) ?? [];
    return label === undefined || value === undefined ? [] : [[label.trim(), value]];
  });

/** Of the lines beneath a feature's name; bitmaps of BD have the same labels for each kind of medium. */
const fieldsOf = (lines: readonly string[]): Record<string, string> => {
  let media = '';
  const fields: [string, string][] = [];
  for (const line of lines) {
    media = /Bitmaps for (\S+)/.exec(line)?.[1] ?? media;
    fields.push(
      ...labelled(line).map(([label, value]): [string, string] => [
        label.startsWith('Class') ? `${media} ${label}` : label,
        value,
      ]),
    );
  }
  return Object.fromEntries(fields);
};

interface ToldFeature {
  readonly code: number;
  readonly version: number;
  readonly persistent: boolean;
  readonly current: boolean;
  readonly fields: Readonly<Record<string, string>>;
}

interface ToldConfiguration {
  /** By its name. */
  readonly currentProfile: string;
  readonly profiles: readonly { readonly name: string; readonly current: boolean }[];
  readonly features: readonly ToldFeature[];
}

/** It prints no number with the header of a feature that it does not know, but does so in a message of its own. */
const FEATURE_HEADER =
  /^ {4}(?:Unknown feature \[0x(?<unknown>[\da-f]+)\], )?version=(?<version>\d+),? persist=(?<persist>\d), current=(?<current>\d)(?: \[0x(?<known>[\da-f]+)\])?\n(?<rest>(?: {6}.*\n)*)/gm;

const featuresOf = (output: string): ToldFeature[] =>
  [...output.matchAll(FEATURE_HEADER)].map(({ groups = {} }) => ({
    code: Number.parseInt(groups['known'] ?? groups['unknown'] ?? '', 16),
    version: Number(groups['version']),
    persistent: groups['persist'] === '1',
    current: groups['current'] === '1',
    fields: fieldsOf((groups['rest'] ?? '').split('\n')),
  }));

/** What sg_get_config prints. */
export const toldConfiguration = (output: string): ToldConfiguration => ({
  currentProfile: /^Current profile: (.*)$/m.exec(output)?.[1] ?? 'No current profile',
  profiles: [...output.matchAll(/^ {6}profile: (.*) , currentP=([01])$/gm)].map(([, name = '', current]) => ({
    name,
    current: current === '1',
  })),
  features: featuresOf(output),
});

/** The numbers of the profiles by their names, of `sg_get_config --list`. */
export const profileNumbers = (list: string): ReadonlyMap<string, number> =>
  new Map(
    [...list.slice(list.indexOf('Known profiles:')).matchAll(/^ {2}(.*) \[0x([\da-f]+)\]$/gm)].map(
      ([, name = '', number = '']): [string, number] => [name, Number.parseInt(number, 16)],
    ),
  );

/** The pages that sg_modes prints, as hex text by their codes. */
export const toldPages = (output: string): Readonly<Record<number, string>> =>
  Object.fromEntries(
    output
      .split(/^>> /m)
      .slice(1)
      .map(dumpedBytes)
      .map((page): [number, string] => [Number.parseInt(page.slice(0, 2), 16) % 0x40, page]),
  );

/** Of BD Read and BD Write. */
const BD_CLASSES = {
  'BD-RE Class 0': 'reClass0',
  'BD-RE Class 1': 'reClass1',
  'BD-RE Class 2': 'reClass2',
  'BD-RE Class 3': 'reClass3',
  'BD-R Class 0': 'rClass0',
  'BD-R Class 1': 'rClass1',
  'BD-R Class 2': 'rClass2',
  'BD-R Class 3': 'rClass3',
};

/** Fields of features: as sg_get_config labels them, and as MMC-5 calls them, whose words we have. */
export const LABELS: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  0x0001: {
    'Physical interface standard': 'physicalInterfaceStandard',
    INQ2: 'inquiry2',
    DBE: 'deviceBusyEvent',
  },
  0x0002: { OCEvent: 'operationalChangeEvent', ASYNC: 'asynchronous' },
  0x0003: {
    'Loading mechanism': 'loadingMechanismType',
    Load: 'load',
    Eject: 'eject',
    'Prevent jumper': 'preventJumper',
    Lock: 'mediaLock',
  },
  0x0004: {
    DWP: 'discWriteProtectPac',
    WDCB: 'writeInhibitDcb',
    SPWP: 'persistentWriteProtection',
    SSWPP: 'softwareWriteProtection',
  },
  0x0010: { 'Logical block size': 'logicalBlockSize', blocking: 'blocking', PP: 'pagePresent' },
  0x001e: { DAP: 'digitalAudioPlay', 'C2 flags': 'c2Flags', 'CD-Text': 'cdText' },
  0x001f: { MULTI110: 'multi110', 'Dual-RW': 'dualRw', 'Dual-R': 'dualR' },
  0x0020: {
    'Last lba': 'lastLogicalBlockAddress',
    'Logical block size': 'logicalBlockSize',
    blocking: 'blocking',
    PP: 'pagePresent',
  },
  0x0021: {
    'Data block types supported': 'dataBlockTypes',
    TRIO: 'trio',
    ARSV: 'arsv',
    BUF: 'bufferUnderrunFree',
  },
  0x0023: {
    RENoSA: 'renosa',
    Expand: 'expand',
    QCert: 'quickCertification',
    Cert: 'certification',
    RRM: 'randomRecordingMode',
  },
  0x0024: { SSA: 'supportsSpareAreas' },
  0x002a: { Write: 'write', 'Quick start': 'quickStart', 'Close only': 'closeOnly' },
  0x002b: { Write: 'write' },
  0x002c: {
    DSDG: 'defectStatusDataGenerate',
    DSDR: 'defectStatusDataRead',
    Intermediate: 'intermediate',
    Blank: 'blank',
  },
  0x002d: {
    BUF: 'bufferUnderrunFree',
    'R-W raw': 'rwRaw',
    'R-W pack': 'rwPack',
    'Test write': 'testWrite',
    'CD-RW': 'cdRw',
    'R-W sub-code': 'rwSubcode',
    'Data type supported': 'dataBlockTypes',
  },
  0x002e: {
    BUF: 'bufferUnderrunFree',
    SAO: 'sessionAtOnce',
    'Raw MS': 'rawMultiSession',
    Raw: 'raw',
    'Test write': 'testWrite',
    'CD-RW': 'cdRw',
    'R-W': 'rwSubcode',
    'Maximum cue sheet length': 'maximumCueSheetLength',
  },
  0x002f: { BUF: 'bufferUnderrunFree', RDL: 'dualLayerR', 'Test write': 'testWrite', 'DVD-RW SL': 'dvdRw' },
  0x0037: { 'CD-RW media sub-type support (bitmask)': 'subTypes' },
  0x003a: { write: 'write', quick_start: 'quickStart', close_only: 'closeOnly' },
  0x003b: { write: 'write' },
  0x0040: {
    ...BD_CLASSES,
    'BD-ROM Class 0': 'romClass0',
    'BD-ROM Class 1': 'romClass1',
    'BD-ROM Class 2': 'romClass2',
    'BD-ROM Class 3': 'romClass3',
  },
  0x0041: { SVNR: 'supportsVerifyNotRequired', ...BD_CLASSES },
  0x0105: { 'Group 3': 'group3', 'unit length': 'unitLength' },
  0x0107: {
    RBCB: 'readBufferCapacityBlock',
    SCS: 'setCdSpeed',
    MP2A: 'modePage2A',
    WSPD: 'writeSpeedPerformanceDescriptor',
    SW: 'streamWriting',
  },
  0x0108: { 'Drive serial number': 'serialNumber' },
};

/** What it prints and we have no field for: how long a list is that we show; bit 7 of byte 5 of feature 0023h, by its source; a BD-ROM's part of BD Write. */
export const NOT_COMPARED: Readonly<Record<number, readonly string[]>> = {
  0x0021: ['Number of link sizes'],
  0x0023: ['FRF'],
  0x0033: ['Number of link sizes'],
  0x0041: ['BD-ROM Class 0', 'BD-ROM Class 1', 'BD-ROM Class 2', 'BD-ROM Class 3'],
};

/** Words that it prints for numbers of MMC-5 §5.3.2 and §5.3.4. */
const WORDS: Readonly<Record<string, number>> = {
  'Serial ATAPI': 7,
  'USB (both 1 and 2)': 8,
  'Tray type': 1,
};

/** A value as both can be compared. */
export const plain = (value: unknown): number | string => {
  const known = typeof value === 'string' ? WORDS[value] : undefined;
  if (known !== undefined) return known;
  const number = Number(value);
  return Number.isNaN(number) ? String(value) : number;
};
