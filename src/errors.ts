import { z } from 'zod';

/**
 * Every failure that a client can see. A row is for ever: codes are never renamed or reused, because clients
 * switch on them. Codes follow RFC 9457 as `urn:spindle:problem:<code>`.
 */
export interface ErrorSpec {
  /** HTTP status code, RFC 9110. */
  readonly status: number;
  /** What is the case, in words for a person. */
  readonly title: string;
  /** What the person can do about it. */
  readonly remedy: string;
}

export const ERRORS = {
  // --- requests
  'invalid-request': {
    status: 400,
    title: 'The request cannot be understood',
    remedy: 'Correct what `detail` says, and the fields that `errors` lists where there are any.',
  },
  'schema-violation': {
    status: 422,
    title: 'The request does not match the schema',
    remedy: 'Correct the fields that `errors` lists; unknown fields are refused so that typing errors show.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body of the request is too large',
    remedy: 'Send a smaller body; `/v1/server` tells the limits.',
  },
  'address-too-long': {
    status: 414,
    title: 'The address of the request is too long',
    remedy: 'Send a shorter address: what is long goes into a body.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers of the request are too large',
    remedy: 'Send fewer or shorter headers.',
  },
  'media-type-unsupported': {
    status: 415,
    title: 'The media type of the body is not supported',
    remedy: 'Send application/json.',
  },
  'not-found': { status: 404, title: 'There is no such resource', remedy: 'Check the address and the id.' },
  'method-not-allowed': {
    status: 405,
    title: 'The resource does not know this method',
    remedy: 'See /docs for the methods of each resource.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key was used with another request',
    remedy: 'Use a new key for a new request.',
  },
  'idempotency-key-in-flight': {
    status: 409,
    title: 'A request with this Idempotency-Key is still being answered',
    remedy: 'Repeat the request in a moment.',
  },
  'idempotency-key-unsupported': {
    status: 400,
    title: 'The request takes no Idempotency-Key',
    remedy: 'Send it without the header, and look what there is before you send it again.',
  },
  'precondition-failed': {
    status: 412,
    title: 'The resource has changed since it was read',
    remedy: 'Read it again and decide anew.',
  },
  'precondition-required': {
    status: 428,
    title: 'The request needs an If-Match header',
    remedy: 'Read the resource and send its ETag as If-Match.',
  },
  'range-not-satisfiable': {
    status: 416,
    title: 'The range lies outside the content',
    remedy: 'Ask for a range within the Content-Length of the whole.',
  },

  // --- who may
  unauthenticated: {
    status: 401,
    title: 'The request carries no valid credential',
    remedy:
      'By TCP send a token made by `spindle token create`; for the Unix socket have the administrator add you to a group that `groups` of the configuration names.',
  },
  forbidden: {
    status: 403,
    title: 'The caller may not do this',
    remedy: 'Use a token with the scope that `detail` names.',
  },
  'host-not-allowed': {
    status: 421,
    title: 'The Host header names a host that this daemon does not serve',
    remedy:
      'Use a loopback address, such as the daemon prints at its start, or add the host to `http.allowedHosts`.',
  },
  'origin-not-allowed': {
    status: 403,
    title: 'Pages of this origin may not talk to the daemon',
    remedy: 'Open the dashboard from the daemon itself, or add the origin to `http.allowedOrigins`.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', remedy: 'Wait as long as Retry-After says.' },
  'daemon-stopping': {
    status: 503,
    title: 'The daemon is stopping',
    remedy: 'Come back in a moment; drives that record go on recording.',
  },
  internal: {
    status: 500,
    title: 'A bug in Spindle',
    remedy: 'Report it with the request id and the log of the daemon.',
  },

  // --- sources and images
  'root-unknown': {
    status: 422,
    title: 'There is no such root',
    remedy:
      'Name one of the roots of /v1/roots; a directory becomes one by `roots` in the configuration, or by --root NAME=DIRECTORY when the daemon is started.',
  },
  'source-outside-root': {
    status: 403,
    title: 'The source lies outside its root',
    remedy:
      'Name a path beneath the root, without links that lead out of it. Another directory becomes a root by `roots` in the configuration, or by --root NAME=DIRECTORY when the daemon is started.',
  },
  'root-paths-hidden': {
    status: 403,
    title: 'The daemon does not tell where its roots lie',
    remedy: 'Use the Unix socket of the daemon, or send a request that names a root and a path beneath it.',
  },
  'source-missing': { status: 422, title: 'The source does not exist', remedy: 'Check the path.' },
  'source-unreadable': {
    status: 422,
    title: 'The source cannot be read',
    remedy: 'Give the user of the daemon the permission to read it.',
  },
  'source-unsupported': {
    status: 422,
    title: 'The source is of a kind that cannot be recorded here',
    remedy:
      'Leave it out, or name a regular file or a directory; FIFOs, sockets and devices are recorded as such where the request says `volume.posix.devices` and has Rock Ridge.',
  },
  'source-changed': {
    status: 409,
    title: 'A source changed while it was being recorded',
    remedy: 'Keep the sources still until the job ends, or let the job spool them first.',
  },
  'source-stalled': {
    status: 504,
    title: 'A source stopped answering',
    remedy: 'Check the disk or the network file system that holds it, then retry the job.',
  },
  'base-unsuitable': {
    status: 422,
    title: 'The session cannot be continued in this way',
    remedy:
      'Choose another view or session of it, remove what `errors` lists (`remove`) or agree to leave it out (`import.skipUnsupported`), leave out UDF, or record without continuing it.',
  },
  'base-udf-missing': {
    status: 422,
    title: 'The session that is continued has UDF, and the new one would have none',
    remedy: 'Ask for UDF as well (`udf`), or record without continuing the session.',
  },
  'base-session-unknown': {
    status: 422,
    title: 'The medium has no such session',
    remedy: 'Name one of the sessions that `detail` lists, by `import.session` or `import.startBlock`.',
  },
  'base-unreadable': {
    status: 422,
    title: 'The session that is to be continued cannot be read in full',
    remedy: 'See `errors` for what is wrong with it; record without continuing it, or on another medium.',
  },
  'base-path-unknown': {
    status: 422,
    title: 'What is to be removed is not in the session that is continued',
    remedy: 'Correct the paths that `errors` lists.',
  },
  'source-too-large': {
    status: 422,
    title: 'A source exceeds what the file system can hold',
    remedy: 'Choose ISO 9660 level 3, split the file, or leave it out.',
  },
  'name-collision': {
    status: 422,
    title: 'Two sources take the same place on the disc',
    remedy:
      'Map one of them to another path; what is of the session that is continued goes by `import.remove`.',
  },
  'name-invalid': {
    status: 422,
    title: 'A name cannot be recorded',
    remedy: 'Rename what `errors` lists, or leave out the file system that cannot hold the name.',
  },
  'names-mangled': {
    status: 422,
    title: 'Names would have to be changed, and the request is strict about names',
    remedy: 'Rename or shorten what `errors` lists, or be less strict (`strictNames`).',
  },
  'path-too-long': {
    status: 422,
    title: 'A path is longer than the file system allows, and the request is strict about names',
    remedy:
      'Shorten what `errors` lists, choose UDF 2.01 or later, or a rule to relax (`deep-paths`), or do not be strict.',
  },
  'image-too-large': {
    status: 422,
    title: 'The image exceeds what the file system can hold',
    remedy: 'Master less.',
  },
  'image-invalid': {
    status: 422,
    title: 'The file is not an image that can be recorded',
    remedy: 'An image consists of whole blocks of 2,048 bytes and at least one of them.',
  },
  'boot-entries-too-many': {
    status: 422,
    title: 'The request names more boot images than a catalog holds',
    remedy: 'Name 32 boot images at most.',
  },
  'dvd-video-invalid': {
    status: 422,
    title: 'The folder is no DVD-Video that players would play',
    remedy:
      'Author it anew, or complete what `errors` lists; put the folder VIDEO_TS at /VIDEO_TS, or leave out the video layout to record plain files.',
  },
  'bdmv-invalid': {
    status: 422,
    title: 'The folder is no Blu-ray movie that players would play',
    remedy:
      'Author it anew, or complete what `errors` lists; put the folder BDMV at /BDMV, or leave out the video layout to record plain files.',
  },
  'boot-image-unusable': {
    status: 422,
    title: 'A file cannot be booted as the request wants it',
    remedy: 'Name another file, or load less of it; `detail` says what is wrong with this one.',
  },
  'boot-emulation-mismatch': {
    status: 422,
    title: 'A boot image is not the disk that it is to be taken for',
    remedy:
      'A floppy disk image has exactly 1,228,800, 1,474,560 or 2,949,120 bytes, one of a hard disk begins with a partition table of one partition; otherwise choose the emulation `none`.',
  },
  'boot-hybrid-unfit': {
    status: 422,
    title: 'The image cannot be made to boot from a disk as well',
    remedy:
      'Give boot code of one sector that belongs to the boot image, make UDF with another `access` than `write-once`, or leave out `hybrid`.',
  },
  'boot-later-session': {
    status: 422,
    title: 'Only the first session of a disc boots',
    remedy: 'Leave out the boot images, or record on a blank disc.',
  },
  'image-not-ready': {
    status: 409,
    title: 'The image is not ready yet',
    remedy: 'Wait until its state is `ready`; seal it if it is a draft.',
  },
  'draft-sealed': {
    status: 409,
    title: 'The image is no draft any more, or never was one',
    remedy: 'Make a new draft: POST /v1/images with the type `draft`.',
  },
  'size-limit-exceeded': {
    status: 422,
    title: 'The draft would be larger than it may be',
    remedy: 'Leave something out, or raise the limit by an edit `limit`.',
  },
  'draft-too-long': {
    status: 422,
    title: 'The draft has as many revisions as it may have',
    remedy: 'Send several edits in one revision, or seal the draft.',
  },
  'draft-imported': {
    status: 409,
    title: 'A draft continues one session of one medium',
    remedy: 'Undo the revision that imported the other one, or make a new draft.',
  },
  'entry-unknown': {
    status: 404,
    title: 'The draft has nothing there',
    remedy: 'See what it has with /v1/images/{id}/tree.',
  },
  'entry-without-contents': {
    status: 409,
    title: 'What the draft has there has no contents that could be read',
    remedy:
      'See what it is with /v1/images/{id}/tree, and ask for a file, or for a named stream of what is there with `stream`.',
  },
  'entry-exists': {
    status: 412,
    title: 'The draft has something there already',
    remedy: 'Send it without If-None-Match to replace what is there.',
  },
  'revision-unknown': {
    status: 404,
    title: 'The draft has no such revision',
    remedy: 'See /v1/images/{id}/revisions.',
  },
  'revision-locked': {
    status: 409,
    title: 'The revision lies before the one that the draft was locked in at',
    remedy: 'Undo less, or change what is there by new edits.',
  },
  'upload-incomplete': {
    status: 400,
    title: 'The body ended before all of it had come',
    remedy: 'Send it again; nothing of it was kept.',
  },
  'upload-stalled': {
    status: 408,
    title: 'Nothing came of the body for too long',
    remedy: 'Send it again over a better connection; nothing of it was kept.',
  },
  'upload-digest-mismatch': {
    status: 422,
    title: 'The body is not the one that its digest was made of',
    remedy: 'Send it again; nothing of it was kept.',
  },
  'image-unknown': { status: 404, title: 'There is no such image', remedy: 'See /v1/images.' },
  'image-in-use': {
    status: 409,
    title: 'The image is used by a job',
    remedy: 'Wait until the job has ended, or cancel it.',
  },
  'image-digest-mismatch': {
    status: 409,
    title: 'The bytes of this copy differ from those of the first',
    remedy: 'A source changed between two copies; keep the sources still, or let the job spool them.',
  },
  'mastering-failed': {
    status: 500,
    title: 'The mastering process ended without an image',
    remedy: 'See the log of the daemon; retry the job.',
  },
  'validation-failed': {
    status: 500,
    title: 'The validating process ended without an answer',
    remedy: 'See the log of the daemon; try again.',
  },
  'validation-too-long': {
    status: 422,
    title: 'The validation took longer than it may',
    remedy: 'Give it more time by `limitSeconds`, or leave the manifest out.',
  },
  'space-exhausted': {
    status: 507,
    title: 'There is not enough space in the state directory',
    remedy: 'Free space, or move the state directory to a larger disk.',
  },
  'space-unknown': {
    status: 503,
    title: 'Nobody can tell how much of the state directory is free',
    remedy:
      'Try again. Where it lasts have the process go on, or end it, that keeps the file in `detail` locked.',
  },
  'volume-half-grown': {
    status: 500,
    title: 'The session was added, and what leads to it was not written in full',
    remedy:
      'Run the same command again once the file can be written to: it adds the session anew and then leads to that.',
  },
  'output-exists': {
    status: 409,
    title: 'The output exists already',
    remedy: 'Choose another name; --force replaces a file, but no directory.',
  },
  'output-unwritable': {
    status: 422,
    title: 'The output cannot be written there',
    remedy: 'Name a file in a directory that exists, and where you may make files.',
  },

  // --- drives
  'drive-unknown': { status: 404, title: 'There is no such drive', remedy: 'See /v1/drives.' },
  'drive-name-taken': {
    status: 409,
    title: 'Another drive has this name',
    remedy: 'Choose another name, or rename the drive that `detail` names.',
  },
  'drive-exists': { status: 409, title: 'There is a drive of this id', remedy: 'Choose another id.' },
  'drive-absent': {
    status: 409,
    title: 'The drive is not connected',
    remedy: 'Connect the drive and switch it on.',
  },
  'drive-busy': {
    status: 409,
    title: 'The drive is at work',
    remedy: 'Wait until its attempt has ended, or cancel it.',
  },
  'drive-leased': {
    status: 423,
    title: 'Another client holds the drive',
    remedy:
      'Name the lease by `lease` where it is yours; else ask the holder that `detail` names, or break the lease with force.',
  },
  'drive-foreign-busy': {
    status: 423,
    title: 'Another program holds the drive',
    remedy: 'Unmount the disc or end the program that `detail` names.',
  },
  'drive-faulted': {
    status: 409,
    title: 'The drive does not answer as it should',
    remedy: 'Switch the drive off and on; see the transcript of its last attempt.',
  },
  'lease-required': {
    status: 409,
    title: 'Only whoever has leased the drive may do this',
    remedy: 'Take a lease (POST /v1/drives/:id/lease) and name it in the request.',
  },
  'command-queue-full': {
    status: 429,
    title: 'No more commands may wait for the drive',
    remedy: 'Send the next command when an earlier one has been answered.',
  },
  'raw-commands-disabled': {
    status: 403,
    title: 'The daemon sends no such commands of clients to drives',
    remedy:
      'Have the administrator set `rawCommands` in the configuration to the class that `detail` names (`read`, `write` or `vendor`), and restart the daemon.',
  },
  'command-class-exceeded': {
    status: 403,
    title: 'The command may do more than the request says',
    remedy:
      'Look at the command and its `direction` again; if it is meant, say so by the `class` that `detail` names.',
  },
  'command-forbidden': {
    status: 403,
    title: 'No client may send this command',
    remedy: 'Do it in the way that `detail` names, or without the daemon.',
  },
  'mode-page-unchangeable': {
    status: 422,
    title: 'The drive does not let the mode page be changed like that',
    remedy:
      'Take over what `errors` lists from the current values; `changeable` of the page has a set bit where one can be changed.',
  },
  'drive-disabled': {
    status: 409,
    title: 'The drive is switched off for work',
    remedy: 'Enable the drive, or choose another one.',
  },
  'drive-lost': {
    status: 502,
    title: 'The drive vanished',
    remedy: 'Check cable and power; the medium must be looked at before it is used again.',
  },
  'drive-fault': {
    status: 502,
    title: 'The drive reported a failure',
    remedy: 'See `scsi`; try a lower speed, another medium, another drive.',
  },
  'drive-timeout': {
    status: 504,
    title: 'The drive did not answer in time',
    remedy: 'Switch the drive off and on; the medium must be looked at before it is used again.',
  },
  'drive-link-failed': {
    status: 502,
    title: 'A command was lost on its way to the drive or back',
    remedy: 'Check the cable; try another port, another bridge, no hub.',
  },
  'drive-becoming-ready': {
    status: 409,
    title: 'The drive is becoming ready',
    remedy: 'Try again in a few seconds.',
  },
  'drive-reset': {
    status: 502,
    title: 'The drive was reset in the middle of its work',
    remedy: 'Check cable and power, then look at the medium.',
  },
  'drive-not-permitted': {
    status: 403,
    title: 'The service may not use this device',
    remedy: 'Add its user to the group of the device, mostly `cdrom`.',
  },
  'command-not-permitted': {
    status: 403,
    title: 'The kernel does not let the service send this command',
    remedy:
      'Do without it: what is specific to a vendor, and some commands of the standards, the kernel sends for root or with CAP_SYS_RAWIO only.',
  },
  'command-refused': {
    status: 502,
    title: 'The drive refused a command',
    remedy: 'See `scsi`; the drive or the medium may not support what was asked.',
  },
  'tray-locked': {
    status: 409,
    title: 'The medium cannot be removed now',
    remedy: 'Wait until the drive is free.',
  },
  'device-error': {
    status: 502,
    title: 'The operating system refused the device',
    remedy: 'See `detail` for the error of the system.',
  },
  'virtual-medium-unknown': {
    status: 404,
    title: 'There is no such virtual medium',
    remedy: 'See /v1/virtual-media for what is kept.',
  },
  'virtual-medium-untabbed': {
    status: 422,
    title: 'The virtual medium has no tab that could protect it',
    remedy: 'Leave out `writeProtect`, or ask for one of the blanks that `detail` names.',
  },
  'virtual-drive-occupied': {
    status: 409,
    title: 'A medium lies in the virtual drive',
    remedy: 'Take it out first (DELETE /v1/virtual-drives/:id/medium).',
  },
  'virtual-medium-in-use': {
    status: 409,
    title: 'The virtual medium lies in another drive',
    remedy: 'Eject it there first.',
  },
  'virtual-medium-damaged': {
    status: 500,
    title: 'The folder of the virtual medium is damaged',
    remedy: 'Insert a new medium.',
  },
  'virtual-drive-served': {
    status: 409,
    title: 'Another process serves the virtual drive',
    remedy: 'End that process, or name the folder of another drive.',
  },
  'virtual-only': {
    status: 409,
    title: 'Only virtual drives can do this',
    remedy: 'Use a drive of /v1/virtual-drives.',
  },

  // --- media and plans
  'medium-not-present': { status: 409, title: 'There is no medium in the drive', remedy: 'Insert a medium.' },
  'medium-unsupported': {
    status: 409,
    title: 'The drive cannot record on this medium, or Spindle cannot',
    remedy: 'Insert a medium of another kind, or use a drive that records this one.',
  },
  'medium-not-blank': {
    status: 409,
    title: 'The medium is not blank',
    remedy: 'Insert a blank medium, or ask with onNonBlank: erase where the medium is rewritable.',
  },
  'medium-not-erasable': {
    status: 409,
    title: 'The medium cannot be erased',
    remedy: 'Insert a blank or a rewritable medium.',
  },
  'medium-append-unsupported': {
    status: 422,
    title: 'This version of Spindle cannot append to this medium',
    remedy: 'Insert a blank medium, or erase a rewritable one.',
  },
  'medium-volume-full': {
    status: 409,
    title: 'The volume claims all of the medium, and nothing can be put into it',
    remedy:
      'Do what the detail asks for, or mount the medium and let the system that formatted it write to it; else record it anew with onNonBlank: erase, or insert another one.',
  },
  'medium-not-appendable': {
    status: 409,
    title: 'The medium is closed: nothing can be appended to it',
    remedy: 'Insert an appendable or a blank medium, or erase a rewritable one with onNonBlank: erase.',
  },
  'medium-unfinished': {
    status: 409,
    title: 'The last session of the medium was not closed',
    remedy:
      'Close the session with a job of type `close`, or one of type `recover` where it was cut short; then append to the medium.',
  },
  'medium-too-small': {
    status: 409,
    title: 'The image is larger than the medium',
    remedy: 'Insert a larger medium or record less.',
  },
  'medium-write-protected': {
    status: 409,
    title: 'The medium is write protected',
    remedy:
      'Take off what is recorded on it (action `unprotect` of the drive), move the tab of its cartridge, switch off and on a drive that protects it, or insert another medium.',
  },
  'protection-unsupported': {
    status: 422,
    title: 'The drive records no write protection on this medium',
    remedy:
      'Use DVD-RAM or DVD+RW, and a drive that has the Write Protect feature for it; the tab of a cartridge protects in every drive.',
  },
  'medium-changed': {
    status: 409,
    title: 'The medium was changed',
    remedy: 'Plan again with the medium that is in the drive now.',
  },
  'disc-needed': {
    status: 409,
    title: 'What is asked for lies on a disc that no drive holds now',
    remedy: 'Insert the disc that `detail` names, as it was, and ask again.',
  },
  'medium-unreadable': {
    status: 502,
    title: 'The medium cannot be read',
    remedy: 'Clean or replace the medium.',
  },
  'medium-full': {
    status: 507,
    title: 'The medium took fewer blocks than it announced',
    remedy: 'Use another medium; this one is to be thrown away or erased.',
  },
  'medium-needs-erase': {
    status: 409,
    title: 'The medium was left in the middle of an operation',
    remedy: 'Erase the medium where it is rewritable, else throw it away.',
  },
  'write-failed': {
    status: 502,
    title: 'A block could not be written',
    remedy: 'Try a lower speed or another medium.',
  },
  'reservation-unsupported': {
    status: 502,
    title: 'The drive cannot reserve a track, which recording at once begins with',
    remedy:
      'Nothing was recorded. Leave out `writeMode: dao`; have a DVD-RW erased by method `full` first, so that it takes increments.',
  },
  'calibration-failed': {
    status: 502,
    title: 'The drive could not calibrate its laser for this medium',
    remedy: 'Try a lower speed or another brand of media.',
  },
  'close-failed': {
    status: 502,
    title: 'The track or the session could not be closed',
    remedy: 'Look at the medium before using it; recovery may close it.',
  },
  'erase-failed': {
    status: 502,
    title: 'The medium could not be erased',
    remedy: 'Use another medium; rewritable media wear out.',
  },
  'format-failed': {
    status: 502,
    title: 'The medium could not be formatted',
    remedy: 'Use another medium; rewritable media wear out.',
  },
  'proof-failed': {
    status: 502,
    title: 'The recorded medium is not what the plan foretold',
    remedy: 'Do not rely on this disc; use another medium.',
  },
  'verify-mismatch': {
    status: 502,
    title: 'The drive reads other bytes than the image has',
    remedy:
      'Do not rely on this disc; `detail` names the blocks and files. Try a lower speed or another medium.',
  },
  'verify-unreadable': {
    status: 502,
    title: 'Recorded blocks cannot be read back',
    remedy:
      'Do not rely on this disc; `detail` names the blocks and files. Try a lower speed or another medium.',
  },
  'layer-break-unsupported': {
    status: 422,
    title: 'Layer 0 of this medium cannot end there',
    remedy: 'Leave out `layerBreak`, or choose whole ECC blocks (16) of a blank DVD+R DL.',
  },
  'finalize-radius-unsupported': {
    status: 422,
    title: 'This medium is finalized in one way only',
    remedy: 'Leave out `finalizeRadius`; it is for DVD+R.',
  },
  'on-write-unsupported': {
    status: 422,
    title: 'The drive does not write this medium in that way',
    remedy: 'Leave out `onWrite`; it is for media that are overwritten in place.',
  },
  'simulate-unsupported': {
    status: 422,
    title: 'This medium knows no test write',
    remedy: 'Leave out `simulate`, or insert a blank CD-R, CD-RW, DVD-R or DVD-RW.',
  },
  'speed-unsupported': {
    status: 422,
    title: 'The drive cannot record this medium at that speed',
    remedy:
      'Use one of the speeds and rotations that `detail` names, or "max"; with `adjustSpeed` the drive takes the next slower one.',
  },
  'write-mode-unsupported': {
    status: 422,
    title: 'The drive does not record this medium in that way',
    remedy: 'Leave out `writeMode`.',
  },
  'spares-unsupported': {
    status: 422,
    title: 'The medium cannot be formatted with these spare areas',
    remedy: 'Leave out `spares` and `pseudoOverwrite`; they are for BD, and a BD-R is formatted once.',
  },
  'transfer-limit-too-low': {
    status: 422,
    title: 'The host carries too little to the drive at once',
    remedy:
      'Attach the drive in another way: `maxTransferBytes` of its capabilities is the limit that the kernel has for its port or bridge.',
  },
  'streaming-unsupported': {
    status: 422,
    title: 'There is no recording without verification',
    remedy:
      'Leave out `onWrite`; this drive does not know WRITE (12) with streaming, is known to do it wrong, or is attached by something that carries less than 64 KiB at once.',
  },
  'overburn-unsupported': {
    status: 422,
    title: 'This medium cannot be recorded beyond its end',
    remedy: 'Leave out `overburn`; it is for CD-R and CD-RW, session at once.',
  },
  'image-misplaced': {
    status: 409,
    title: 'The image was made for another place on the medium',
    remedy:
      'Make the image for the place that the plan names, by `startBlock`; a job with sources does so by itself.',
  },
  'image-end-misplaced': {
    status: 422,
    title: 'The last block of the image would not be the last one that is recorded',
    remedy:
      'Readers find such an image by its last block. Record it on media that are written once, and of a length that is a multiple of what they record at once; or make it with another `access` of UDF.',
  },
  'close-unsupported': {
    status: 422,
    title: 'This medium cannot be closed in that way',
    remedy: 'Leave out `close`.',
  },
  'medium-blank': {
    status: 409,
    title: 'Nothing is recorded on the medium',
    remedy: 'Insert a recorded medium, or record on this one first.',
  },
  'medium-closed': {
    status: 409,
    title: 'What should be closed is closed already',
    remedy: 'Nothing is to be done; `medium` of the drive tells its sessions.',
  },
  'medium-shorter': {
    status: 409,
    title: 'The recording on the medium is shorter than the image',
    remedy: 'Insert the medium that holds this image, or name another image.',
  },
  'secure-erase-unsupported': {
    status: 422,
    title: 'This medium cannot be erased in a way that anybody could vouch for',
    remedy:
      'Erase with method `full`, which most drives do by overwriting; destroy what must not be read again.',
  },
  'session-erase-unsupported': {
    status: 422,
    title: 'The last session cannot be erased by itself',
    remedy: 'Close what is open first where `detail` says so, or erase the medium with method `quick`.',
  },
  'deformat-unsupported': {
    status: 422,
    title: 'The format of this medium cannot be taken away',
    remedy: 'Erase it with method `full`, or format it anew.',
  },
  'format-unsupported': {
    status: 422,
    title: 'The medium cannot be formatted in this way',
    remedy: 'Choose one of the formats that `detail` lists; most media need none.',
  },
  'recovery-not-needed': {
    status: 409,
    title: 'Nothing on the medium needs to be recovered',
    remedy: 'Use the medium as it is; `medium` of the drive tells its state.',
  },
  'recovery-unsupported': {
    status: 409,
    title: 'Nothing that Spindle knows brings this medium into order again',
    remedy: 'Erase the medium where it is rewritable, else throw it away.',
  },
  'track-unknown': {
    status: 422,
    title: 'There is no such session or track on the medium',
    remedy: 'See `tracks` in the medium of the drive; only closed sessions can be read.',
  },
  'track-not-data': {
    status: 422,
    title: 'The track holds no data blocks',
    remedy: 'Name a data track.',
  },
  'read-incomplete': {
    status: 502,
    title: 'Blocks of the medium cannot be read',
    remedy:
      'Clean the medium or try another drive; with onUnreadable: zero-fill the rest is read, and what is missing is listed.',
  },
  'recording-unknown': {
    status: 409,
    title: 'There is nothing to compare the discs of this job with',
    remedy: 'Compare by `image` or by `source`, or record the disc again.',
  },
  'verify-other-medium': {
    status: 409,
    title: 'The medium is not the one that was recorded',
    remedy: 'Insert the disc of that job, or compare by `image`, which takes any disc.',
  },
  'verify-drives-unnamed': {
    status: 409,
    title: 'A disc of the job is known by its kind alone',
    remedy: 'Name the drives in which the discs of the job lie by `drives`.',
  },
  'plan-stale': {
    status: 409,
    title: 'The plan does not fit what is there now',
    remedy: 'Ask for a new plan.',
  },
  'plan-refused': {
    status: 409,
    title: 'No drive can do what was asked',
    remedy: 'See `refusals` of each drive in the plan; change what lies in the drive, or the request.',
  },

  // --- jobs
  'job-unknown': { status: 404, title: 'There is no such job', remedy: 'See /v1/jobs.' },
  'transition-refused': {
    status: 409,
    title: 'The job cannot do this in its present state',
    remedy: 'Read the job again.',
  },
  'job-retried': {
    status: 409,
    title: 'Another job retries this one and must know its discs',
    remedy: 'Delete the job that retries it first.',
  },
  'would-ruin-medium': {
    status: 409,
    title: 'Canceling now ruins a disc that can be written only once',
    remedy: 'Wait until the disc is done, or cancel with force.',
  },
  'too-late-to-cancel': {
    status: 409,
    title: 'The disc is being closed and cannot be left like that',
    remedy: 'Wait until the disc is closed.',
  },
  canceled: { status: 409, title: 'The work was canceled', remedy: 'Retry the job.' },
  'attempt-interrupted': {
    status: 500,
    title: 'The worker died while it changed the medium',
    remedy: 'Look at the medium, then retry with another one.',
  },
  'attempt-unproven': {
    status: 409,
    title: 'The disc was closed but not verified to the end',
    remedy: 'Have it compared by a job of type `verify` that names its job; in whatever drive it lies.',
  },
  'worker-lost': {
    status: 502,
    title: 'The worker of the drive ended',
    remedy: 'It is started again by itself; retry.',
  },
  'worker-incompatible': {
    status: 503,
    title: 'The worker of the drive belongs to another version of Spindle',
    remedy: 'Wait until it has finished its disc; it is then replaced by itself.',
  },
  'program-exchanged': {
    status: 503,
    title: 'The files of the program were exchanged while the daemon runs',
    remedy: 'Restart the daemon; discs that are being recorded are finished.',
  },
  'daemon-superseded': {
    status: 503,
    title: 'A newer daemon has taken the drives over',
    remedy: 'Stop this daemon; one daemon serves a state directory.',
  },
  'lease-unknown': { status: 404, title: 'There is no such lease', remedy: 'Take a new one.' },
  'token-unknown': { status: 404, title: 'There is no such token', remedy: 'See /v1/tokens.' },

  // --- the service itself
  'daemon-already-running': {
    status: 503,
    title: 'Another daemon uses the state directory',
    remedy: 'Stop the daemon that `detail` names, or choose another state directory.',
  },
  'database-newer': {
    status: 503,
    title: 'The database was made by a newer Spindle',
    remedy: 'Install that version again; the database is left as it is.',
  },
  'database-damaged': {
    status: 503,
    title: 'The database cannot be used',
    remedy:
      'Restore the backup that `detail` names, where there is one, or move the database away to begin anew.',
  },
  'state-inaccessible': {
    status: 503,
    title: 'A file that the daemon keeps cannot be reached',
    remedy:
      'Leave the file that `detail` names as it is: give it, those beside it and their directory back to the user of the daemon, or see to their disk, then start the daemon again.',
  },
  'configuration-invalid': {
    status: 503,
    title: 'The configuration is not valid',
    remedy:
      'Correct what `detail` names: a field of the configuration file, an option (`spindled --help` lists them), or a directory, its owner and its mode.',
  },
  'runtime-in-use': {
    status: 503,
    title: 'Another daemon uses the runtime directory',
    remedy: 'Stop the daemon that `detail` names, or choose another runtime directory by --runtime.',
  },
  'socket-in-use': {
    status: 503,
    title: 'Another program listens at the Unix socket',
    remedy: 'Stop that program, or choose another socket by --socket.',
  },
  'address-unavailable': {
    status: 503,
    title: 'The daemon cannot listen at this address',
    remedy:
      'Choose another port by --tcp or `tcp`: port 0 takes a free one, and those below 1024 are mostly for root alone.',
  },
  'runtime-path-too-long': {
    status: 503,
    title: 'The runtime directory has too long a path for Unix sockets',
    remedy: 'Choose a runtime directory whose path is shorter.',
  },
  'daemon-unreachable': {
    status: 503,
    title: 'The daemon does not answer',
    remedy:
      'Start it (`systemctl start spindled`, or `npm start` in the repository), or name its address with --socket or --url.',
  },
  'answer-cut': {
    status: 502,
    title: 'The answer of the daemon ended before its end',
    remedy:
      'Ask again. A source may have been written to while it was read, or the disc taken out, or the daemon restarted; see the log.',
  },
  'socket-not-permitted': {
    status: 403,
    title: 'The user may not connect to the Unix socket of the daemon',
    remedy:
      'Ask the administrator of the daemon to let you in: by the group that `detail` names, by `groups` of its configuration, or by a token for --url. Log in again after joining a group.',
  },
  'daemon-not-ready': {
    status: 503,
    title: 'The daemon cannot keep what it is given',
    remedy:
      'Free space on the disk of the state directory, or give it back to the user of the daemon; `errors` tells what is wrong with it.',
  },
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** One thing that is wrong, e.g. one field of a request or one name in a tree. */
export const errorItem = z.object({
  pointer: z.string().meta({
    description: 'JSON pointer into the request, or the path of a source or of an entry on the disc',
  }),
  message: z.string(),
});
export type ErrorItem = z.infer<typeof errorItem>;

/** A command that a drive did not do: what was sent, what came back. Numbers are hex text, lower case. */
export const scsiDetail = z
  .object({
    command: z
      .string()
      .meta({ description: 'Name of the command as the standard spells it, e.g. `WRITE (10)`' }),
    cdb: z.string(),
    sense: z
      .string()
      .optional()
      .meta({ description: 'Sense key/ASC/ASCQ, e.g. `3/0C/00`; absent where no sense came' }),
    text: z.string().optional().meta({ description: "The standard's text for it" }),
    lba: z.int().optional(),
    deferred: z
      .boolean()
      .optional()
      .meta({ description: 'The error belongs to an earlier command (response codes 71h and 73h)' }),
    hostStatus: z.int().optional(),
  })
  .meta({ id: 'ScsiDetail' });
export type ScsiDetail = z.infer<typeof scsiDetail>;

export interface SpindleErrorOptions extends ErrorOptions {
  readonly errors?: readonly ErrorItem[];
  readonly scsi?: ScsiDetail;
}

/** A failure that was foreseen. Whatever else is thrown is a bug, logged as one. */
export class SpindleError extends Error {
  override readonly name = 'SpindleError';
  readonly code: ErrorCode;
  readonly errors: readonly ErrorItem[];
  readonly scsi: ScsiDetail | undefined;

  constructor(code: ErrorCode, detail: string, options: SpindleErrorOptions = {}) {
    super(detail, options);
    this.code = code;
    this.errors = options.errors ?? [];
    this.scsi = options.scsi;
  }
}

export const isSpindleError = (error: unknown): error is SpindleError => error instanceof SpindleError;

/** The code of the failure that this one came from, where that has another one. */
export const causeOf = ({ code, cause }: SpindleError): ErrorCode | undefined =>
  isSpindleError(cause) && cause.code !== code ? cause.code : undefined;

/** A failure as it crosses a process boundary or is kept in the database. */
export const failure = z
  .object({
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    cause: z
      .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
      .optional()
      .meta({
        description:
          'What it came from, where `code` tells what was being done: `erase-failed` because of `drive-timeout`, say',
      }),
    errors: z.array(errorItem).optional(),
    scsi: scsiDetail.optional(),
  })
  .meta({ id: 'Failure' });
export type Failure = z.infer<typeof failure>;

/** What of an error may cross a process boundary; the text of a bug stays in the log. */
export const toFailure = (error: unknown): Failure => {
  if (!isSpindleError(error)) return { code: 'internal', detail: 'An unforeseen error; see the log.' };
  const cause = causeOf(error);
  return {
    code: error.code,
    detail: error.message,
    ...(cause && { cause }),
    ...(error.errors.length > 0 && { errors: [...error.errors] }),
    ...(error.scsi && { scsi: error.scsi }),
  };
};

export const fromFailure = ({ code, detail, cause, errors, scsi }: Failure): SpindleError =>
  new SpindleError(code, detail, {
    ...(cause && { cause: new SpindleError(cause, detail) }),
    ...(errors && { errors }),
    ...(scsi && { scsi }),
  });
