/**
 * What can go wrong, as data: sense rows of SPC-3 and MMC-5 (annex F) that concern recordable media, and what drives,
 * cables and machines do. Each says what the standard makes of it, not what Spindle does.
 */
export type Nature =
  /** The command was done (SPC-3, recovered error). */
  | 'recovered'
  /** CHECK CONDITION that says nothing is wrong, from USB bridges; whether the command was done nobody knows. */
  | 'empty-done'
  | 'empty-lost'
  /** The drive will be ready, or took nothing yet: the same command again. */
  | 'wait'
  /** May work when it is repeated; what alters the medium may have been done in part and is never repeated. */
  | 'retry'
  /** Told instead of doing the command, once. */
  | 'attention'
  /** Medium or drive is not what it was. */
  | 'upheaval'
  /** The command is not known, or not so: there may be another way, and optional commands can be left out. */
  | 'refusal'
  /** No way on. */
  | 'fatal'
  /** About the blocks of the command; reading may be tried again, so that it lasts there. */
  | 'medium'
  /** About an earlier command, which was answered GOOD. */
  | 'deferred'
  | 'hang'
  /** Not even the kernel gets the drive to answer any more. */
  | 'hang-for-good'
  | 'reset'
  | 'unplug'
  /** WRITE answers GOOD and records nothing. */
  | 'lost-write'
  /** The medium takes fewer blocks than it announced. */
  | 'short'
  | 'source-altered'
  | 'source-stalled'
  | 'state-full';

/** What happens to the machine, not to the drive. */
export type HostNature = Extract<Nature, 'source-altered' | 'source-stalled' | 'state-full'>;

/** Media that a drive can say something of: that it cannot close one says only who was told to. */
type Sayers = 'any' | 'discs' | 'closed';

export interface FaultRow {
  readonly name: string;
  readonly nature: Nature;
  /** Codes of errors.ts that say this; those of what was being done are added by rules.ts. */
  readonly codes: readonly string[];
  readonly sense?: string;
  /** What becomes of it may depend on the medium: it is tried with every one of these. */
  readonly ofMedium?: Sayers;
}

const rows =
  (nature: Nature, ...codes: string[]) =>
  (...senses: string[]): FaultRow[] =>
    senses.map((sense) => ({ name: sense, nature, codes, sense }));

const late = ({ sense, codes }: FaultRow): FaultRow => ({
  name: `${sense!} deferred`,
  nature: 'deferred',
  codes,
  sense: sense!,
});

const GONE = rows('fatal', 'medium-not-present')('2/3A/00', '2/3A/01', '2/3A/02');
const WRITE_ERRORS = [
  // The pickup does not find its way; outside of writing that is a medium which cannot be read.
  ...rows('medium', 'write-failed', 'medium-unreadable')('3/02/00', '3/09/00'),
  ...rows('medium', 'write-failed')('3/0C/00', '3/0C/07', '3/0C/08'),
];
const MORE_WRITE_ERRORS = [
  ...rows('medium', 'write-failed')('3/0C/09', '3/0C/0F'),
  ...rows('medium', 'write-failed', 'medium-unreadable')('3/15/00'),
];
const HARDWARE = rows('retry', 'drive-fault')(
  '4/08/00',
  '4/09/00',
  '4/15/01',
  '4/1B/00',
  '4/3E/00',
  '4/44/00',
);
const CONTROL = rows('medium', 'calibration-failed');

const SENSES: readonly FaultRow[] = [
  { name: '0/00/00 (done)', nature: 'empty-done', codes: ['drive-fault'], sense: '0/00/00' },
  {
    name: '0/00/00 (not done)',
    nature: 'empty-lost',
    codes: ['drive-fault', 'proof-failed', 'close-failed'],
    sense: '0/00/00',
  },
  ...rows('recovered')('1/0B/01', '1/17/01', '1/18/00', '1/5D/00', '1/73/01'),
  ...rows('wait')('2/04/00', '2/04/01', '2/04/02', '2/04/04', '2/04/07', '2/04/08'),
  ...rows('fatal', 'drive-faulted')('2/04/03'),
  ...rows('fatal', 'medium-unreadable')('2/06/00', '2/3E/00'),
  ...rows('fatal', 'medium-unsupported')('2/30/00', '2/30/05'),
  ...GONE,
  ...WRITE_ERRORS,
  ...MORE_WRITE_ERRORS,
  ...rows('medium', 'medium-unreadable')('3/10/00', '3/11/00', '3/57/00'),
  ...rows('medium', 'medium-unsupported')('3/30/00'),
  ...rows('medium', 'medium-needs-erase', 'format-failed')('3/31/00', '3/31/01'),
  ...rows('medium', 'erase-failed')('3/51/00'),
  ...rows('medium', 'close-failed')('3/72/00', '3/72/01', '3/72/02', '3/72/03', '3/72/04', '3/72/05'),
  ...CONTROL('3/73/00', '3/73/01', '3/73/02', '3/73/03', '3/73/06', '3/73/10', '3/73/11'),
  ...rows('medium', 'write-failed')('3/73/04'),
  ...rows('medium', 'medium-full')('3/73/05', '3/73/17'),
  ...HARDWARE,
  ...rows('refusal', 'command-refused')('5/1A/00', '5/20/00', '5/24/00', '5/26/00', '5/2C/00'),
  ...rows('refusal', 'command-refused', 'medium-full')('5/21/00'),
  ...rows('refusal', 'write-failed')('5/21/02'),
  ...rows('refusal', 'medium-unsupported')('5/30/00', '5/30/02', '5/30/05'),
  ...rows('fatal', 'tray-locked')('5/53/02'),
  ...rows('fatal', 'drive-fault')('5/55/00', '5/5D/00'),
  ...rows('fatal', 'command-refused')('5/6F/00'),
  ...rows('fatal', 'write-failed')('5/64/00'),
  ...rows('fatal', 'medium-full')('5/63/00', '5/63/01'),
  ...rows('fatal', 'calibration-failed')('5/73/03'),
  ...rows('fatal', 'close-failed')('5/72/03', '5/72/04', '5/72/05'),
  ...rows('upheaval', 'medium-changed')('6/28/00'),
  ...rows('upheaval', 'drive-reset')('6/29/00'),
  ...rows('attention')('6/2A/01', '6/5A/01', '6/5A/02', '6/5A/03'),
  ...rows('wait')('6/2E/00'),
  ...rows('fatal', 'medium-write-protected')('7/27/00'),
  ...rows('medium', 'medium-unreadable')('8/00/00'),
  ...rows('retry', 'drive-fault')('B/00/00', 'B/4B/00'),
];

const DEFERRED = SENSES.filter(({ sense }) => ['3/0C/00', '3/73/03', '4/44/00', '5/63/00'].includes(sense!));

const ROWS: readonly FaultRow[] = [
  ...SENSES,
  ...DEFERRED.map(late),
  { name: 'no answer in time', nature: 'hang', codes: ['drive-timeout'] },
  { name: 'no answer ever', nature: 'hang-for-good', codes: ['drive-timeout'] },
  { name: 'bus reset', nature: 'reset', codes: ['drive-reset'] },
  { name: 'unplugged', nature: 'unplug', codes: ['drive-lost'] },
  { name: 'write lost', nature: 'lost-write', codes: ['verify-mismatch', 'proof-failed'] },
  { name: 'medium too short', nature: 'short', codes: ['medium-full'] },
  { name: 'source altered', nature: 'source-altered', codes: ['source-changed'] },
  { name: 'source stalled', nature: 'source-stalled', codes: ['source-stalled'] },
  { name: 'state directory full', nature: 'state-full', codes: ['space-exhausted'] },
];

/**
 * What tells of the medium, what a recipe may have another way for, and what cuts a recording short. The rest of the senses
 * tell of the drive, or have the same done about them as one of these.
 */
const OF_MEDIUM: Readonly<Record<string, Sayers>> = {
  '2/04/08': 'any',
  '3/0C/00': 'any',
  '3/31/00': 'any',
  '3/51/00': 'any',
  '3/57/00': 'discs',
  '3/72/00': 'any',
  '3/73/03': 'any',
  '5/21/02': 'any',
  '5/24/00': 'any',
  '5/26/00': 'any',
  '5/2C/00': 'any',
  '5/63/00': 'any',
  '5/64/00': 'any',
  '5/72/03': 'closed',
  '3/0C/00 deferred': 'any',
  'no answer in time': 'any',
  'no answer ever': 'any',
  'bus reset': 'any',
  unplugged: 'any',
  'write lost': 'any',
  'medium too short': 'any',
};

export const FAULT_ROWS: readonly FaultRow[] = ROWS.map((row) => {
  const ofMedium = OF_MEDIUM[row.name];
  return ofMedium === undefined ? row : { ...row, ofMedium };
});

const OF_HOST: ReadonlySet<Nature> = new Set(['source-altered', 'source-stalled', 'state-full']);

export const hostNature = ({ nature }: FaultRow): HostNature | undefined =>
  OF_HOST.has(nature) ? (nature as HostNature) : undefined;
