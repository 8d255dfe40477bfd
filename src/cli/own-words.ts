import { type ErrorCode, ERRORS } from '../errors.js';
import { remedyOfCommand } from './remedies-of-commands.js';

/** What helps whoever sits at the command line, where it is said in other words than to a client of the API. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  'invalid-request': 'Correct the command line; `spindle help COMMAND` tells what it takes.',
  'schema-violation': 'Correct the command line; `spindle help COMMAND` tells what it takes.',
  'not-found': 'Correct what the message names.',
  'body-too-large': 'Leave the file out, or add it from beneath a root.',
  'media-type-unsupported': 'Report it: the command line of this version does not fit the daemon.',
  'method-not-allowed': 'Report it: the command line of this version does not fit the daemon.',
  'idempotency-key-unsupported': 'Report it: the command line of this version does not fit the daemon.',
  'precondition-required': 'Report it: the command line of this version does not fit the daemon.',
  'range-not-satisfiable': 'Ask for less of it.',
  'precondition-failed': 'Somebody else has changed it: look at it and repeat the command.',
  unauthenticated:
    'For --url give a token made by `spindle token create`, with --token or in SPINDLE_TOKEN; for the Unix socket have the administrator add you to a group that `groups` of the configuration names.',
  'rate-limited': 'Wait a moment and repeat the command.',
  'root-unknown':
    'A directory becomes a root by `roots` in the configuration, or by --root NAME=DIRECTORY when the daemon is started.',
  'lease-required': 'Take a lease of the drive and name it by --lease.',
  'raw-commands-disabled':
    'Have the administrator set rawCommands in the configuration to the class that the message names (read, write or vendor), and restart the daemon.',
  'verify-drives-unnamed': 'Name the drive in which the disc lies by --drive.',
  'base-session-unknown': 'Name one of the sessions that the message lists, by --import-session.',
  'base-unsuitable':
    'Leave out what is listed by --remove or --skip-unsupported, choose another view by --import or another session by --import-session, leave out --udf, or record with --no-import.',
  'base-udf-missing': 'Ask for UDF as well by --udf, or record with --no-import.',
  'path-too-long':
    'Shorten the paths that the message lists, choose --udf 2.01 or later or --relax deep-paths, or leave out --strict.',
  'base-unreadable':
    'See the message for what is wrong with it; record with --no-import, or on another medium.',
  'base-path-unknown': 'Correct the paths of --remove that the message lists.',
  'source-unsupported':
    'Leave it out, or name a regular file or a directory; with --devices Rock Ridge records FIFOs, sockets and devices as such.',
  'source-changed': 'Keep the sources still until the job ends, or have them copied first by --spool always.',
  'image-digest-mismatch':
    'A source changed between two copies; keep the sources still, or have them copied first by --spool always.',
  'name-collision':
    'Map one of them to another path: /PATH/ON/DISC=SOURCE; what is of the session that is continued goes by --remove.',
  'name-invalid':
    'Rename what the message lists, or leave out the file system that cannot hold the name: --no-joliet, --no-rock-ridge, --no-iso.',
  'names-mangled': 'Rename or shorten what the message lists, or leave out --strict or --strict-all.',
  'dvd-video-invalid':
    'Author it anew, or complete what the message lists; put the folder VIDEO_TS at /VIDEO_TS, or leave out --video to record plain files.',
  'bdmv-invalid':
    'Author it anew, or complete what the message lists; put the folder BDMV at /BDMV, or leave out --video to record plain files.',
  'boot-emulation-mismatch':
    'A floppy disk image has exactly 1,228,800, 1,474,560 or 2,949,120 bytes, one of a hard disk begins with a partition table of one partition; otherwise leave out the emulation.',
  'boot-hybrid-unfit':
    'Give boot code of one sector that belongs to the boot image, or leave out --hybrid and the boot code. UDF by --udf may stand beside; where a draft asks for one that is write-once, make the image anew by `spindle master --udf REVISION`.',
  'image-not-ready':
    'Wait until `spindle image list` says that it is ready; a draft is made by `spindle image seal`.',
  'draft-sealed': 'Make a new draft by `spindle image create`.',
  'size-limit-exceeded': 'Leave something out, or raise the limit by `spindle image limit`.',
  'draft-too-long': 'Seal the draft by `spindle image seal`.',
  'entry-unknown': 'See what it has with `spindle image show`.',
  'entry-without-contents':
    'See what it is with `spindle image show`, and name a file, or a named stream of what is there by --stream.',
  'entry-exists': 'Remove what is there first, by `spindle image remove`.',
  'revision-unknown':
    'Name an earlier revision; each change of the draft tells the number of the present one.',
  'image-unknown': 'See `spindle image list`.',
  'validation-too-long': 'Leave out --manifest, or validate the image file without the daemon.',
  'drive-unknown': 'See `spindle drives`.',
  'drive-leased': 'Ask the holder that the message names to give it back.',
  'virtual-medium-unknown': 'See `spindle virtual media`.',
  'virtual-drive-occupied': 'Take out what lies in it first, by `spindle virtual take-out DRIVE`.',
  'virtual-medium-untabbed': 'Leave out --write-protect, or name one of the blanks that the message lists.',
  'virtual-only': 'Use a virtual drive; `spindle virtual list` lists them.',
  'transfer-limit-too-low':
    'Attach the drive in another way: the kernel carries too little at once through this port or bridge.',
  'disc-needed': 'Insert the disc that the message names, as it was, and repeat the command.',
  'medium-not-blank': 'Insert a blank medium, or say --on-non-blank erase where the medium is rewritable.',
  'medium-unfinished':
    'Close the session by `spindle close DRIVE --session`, or `spindle recover DRIVE` where it was cut short; then append to the medium.',
  'reservation-unsupported':
    'Nothing was recorded. Leave out --mode dao; have a DVD-RW erased by `spindle erase DRIVE --method full` first, so that it takes increments.',
  'image-misplaced':
    'Make the image for the place that the plan names; `spindle burn` of directories does so by itself.',
  'medium-closed': 'Nothing is to be done; `spindle medium DRIVE` tells its sessions.',
  'secure-erase-unsupported':
    'Erase with --method full, which most drives do by overwriting; destroy what must not be read again.',
  'session-erase-unsupported':
    'Close what is open by `spindle recover DRIVE` where the message says so, or erase the disc without --method.',
  'deformat-unsupported': 'Erase it with --method full, or format it anew by `spindle format DRIVE`.',
  'recovery-not-needed': 'Use the medium as it is; `spindle medium DRIVE` tells its state.',
  'track-unknown': 'See `spindle medium DRIVE --json` for its tracks; only closed sessions can be read.',
  'read-incomplete':
    'Clean the medium or try another drive; with --zero-fill the rest is read, and what is missing is listed.',
  'recording-unknown': 'Compare with --image or with an image file, or record the disc again.',
  'verify-other-medium': 'Insert the disc of that job, or compare with --image, which takes any disc.',
  'plan-refused': 'See above why each drive refuses; change what lies in the drive, or the options.',
  'job-unknown': 'See `spindle jobs`.',
  'transition-refused': 'See `spindle jobs` for its state.',
  'would-ruin-medium': 'Wait until the disc is done, or cancel with --force.',
  canceled: 'Have it done by `spindle retry JOB`.',
  'attempt-unproven': 'Have it compared by `spindle verify --job JOB`, in whatever drive it lies.',
  'token-unknown': 'See `spindle token list`.',
};

/** What texts of the daemon call by the names of its API, and the command line by its own. In this order. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/[Aa] job of type recover or format/g, '`spindle recover DRIVE` or `spindle format DRIVE`'],
  [/[Aa] job of type `(\w+)`/g, '`spindle $1 DRIVE`'],
  [/onNonBlank: append/g, '--append'],
  [/`from-drive`/g, '--read'],
  [/`to-drive`/g, '--write'],
  [/onNonBlank: erase/g, '--on-non-blank erase'],
  [/import: false/g, '--no-import'],
  [/onUnreadable: zero-fill/g, '--zero-fill'],
  [/`mediumAfter` of the attempt/g, '`spindle watch JOB`'],
  [/`writeMode`/g, '--mode'],
  [/(the )?action `unprotect` of the drive/g, '`spindle unprotect`'],
  [/`adjustSpeed`/g, '--adjust-speed'],
  [/`pseudoOverwrite`/g, '--pseudo-overwrite'],
  [/`layerBreak`/g, '--layer-break'],
  [/`finalizeRadius`/g, '--finalize-radius'],
  [/`onWrite`/g, '--on-write'],
  [/`(simulate|spares|overburn|close)`/g, '--$1'],
  [/other bytes than were sent/g, 'other bytes than the image has'],
  [/`(errors|detail)`/g, 'the message'],
];

/** A text of the daemon in the words of the command line. */
export const inOwnWords = (text: string): string =>
  WORDS.reduce((told, [word, own]) => told.replaceAll(word, own), text);

/** What a job that waits is waiting for, where its reason is no failure. */
const REASONS: Readonly<Record<string, string>> = {
  'insert-blank': 'Insert a blank disc.',
  'insert-medium': 'Insert the disc.',
};

/** What helps against a failure of a command, or a reason; nothing where the code is of a later daemon. */
export const remedyFor = (code: string, command = ''): string | undefined => {
  if (!Object.hasOwn(ERRORS, code)) return Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  const known = code as ErrorCode;
  return remedyOfCommand(command, known) ?? REMEDIES[known] ?? inOwnWords(ERRORS[known].remedy);
};
