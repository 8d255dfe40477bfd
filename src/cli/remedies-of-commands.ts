import type { ErrorCode } from '../errors.js';

type Remedies = Partial<Record<ErrorCode, string>>;

const LEASED: Remedies = {
  'drive-leased':
    'Name the lease by --lease where it is yours, else ask the holder that the message names to give it back.',
};

/** What helps where a command has other options than `spindle burn`, by its name; what all of a group share, by that of the group. */
const REMEDIES: Readonly<Record<string, Remedies>> = {
  image: {
    'base-unsuitable': 'Remove what is listed by `spindle image remove`, or begin another draft.',
    'base-udf-missing':
      'Begin another draft with UDF by `spindle image create --udf REVISION`, and import the disc into that.',
    'medium-changed':
      'Insert the disc as it was when it was imported, or import this one into another draft.',
    'name-collision': 'Move one of them by `spindle image move`, or remove it by `spindle image remove`.',
    'name-invalid': 'Rename what the message lists by `spindle image move`.',
    'names-mangled':
      'Rename what the message lists by `spindle image move`; what begins with /: is a text of the volume, which is shortened by an edit `volume`.',
    'path-too-long': 'Shorten the paths that the message lists by `spindle image move`.',
    'source-changed':
      'Keep the sources still until the image is made, or have them copied when they are added, by `spindle image add --copy`.',
    'source-unsupported':
      'Name a regular file or a directory; what lies in one is left out by `spindle image add --exclude`.',
  },
  'image import': {
    ...LEASED,
    'name-collision':
      'Move or remove what the message lists by `spindle image move` or `spindle image remove`, and import then.',
    'base-session-unknown': 'Name one of the sessions that the message lists, by --session.',
    'base-unsuitable':
      'Choose a file system that the session has by --file-system, or another session by --session; what is listed is left out by --skip-unsupported.',
    'base-unreadable': 'See the message for what is wrong with it; try another session by --session.',
    'medium-append-unsupported': 'Insert a medium of another kind.',
    'medium-blank': 'Insert the disc that is to be continued; a draft for a blank one needs no import.',
    'medium-not-appendable':
      'Insert a disc that is not closed; behind what is on this one nothing can be recorded.',
    'medium-volume-full':
      'Do what the message asks for, or mount the medium and let the system that formatted it write to it; else insert another one.',
  },
  grow: {
    'base-unsuitable':
      'Leave out what is listed by --remove, or leave out --udf; or make the image anew by `spindle master`.',
    'base-udf-missing': 'Ask for UDF as well by --udf.',
    'base-unreadable':
      'See the message for what is wrong with it; make the image anew by `spindle master`, or grow a copy that is not damaged.',
    'source-changed': 'Keep the sources still until the image is made.',
  },
  drain: {
    'daemon-unreachable':
      'Where the daemon was stopped, name its state directory by --state: its workers are waited for, which go on recording.',
    'state-inaccessible': 'Run the command as the user of the daemon.',
  },
  drive: LEASED,
  eject: LEASED,
  load: {
    ...LEASED,
    'medium-not-present': 'Insert a medium; into a virtual drive, by `spindle virtual insert DRIVE BLANK`.',
  },
  protect: LEASED,
  unprotect: LEASED,
  validate: LEASED,
  'virtual insert': LEASED,
  'virtual take-out': LEASED,
  'virtual serve': {
    'output-exists': 'Choose another name.',
    'virtual-drive-occupied': 'Take out what lies in it first.',
    'virtual-medium-unknown':
      'Name the folder of a medium; the daemon keeps them in `virtual/media` of its state directory.',
  },
  'virtual export': {
    'virtual-medium-unknown':
      'Name the folder of a medium; the daemon keeps them in `virtual/media` of its state directory.',
  },
  master: {
    'name-collision': 'Map one of them to another path: /PATH/ON/DISC=SOURCE.',
    'source-changed': 'Keep the sources still until the image is made.',
  },
};

/** Of a command by its words, `image import` say; that of its group where it has none of its own. */
export const remedyOfCommand = (command: string, code: ErrorCode): string | undefined =>
  REMEDIES[command]?.[code] ?? REMEDIES[command.split(' ', 1)[0] ?? '']?.[code];
