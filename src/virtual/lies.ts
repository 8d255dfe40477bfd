/**
 * What real drives do that no standard allows. Each stands for drives that were seen to do it; a model has any number of
 * them, and so may a single drive. The engine must burn well on all of them, or refuse and say why.
 */
const LIES = {
  'negative-next-writable': 'Pioneer BDR-205 and LITE-ON LTR-48125S give -150 for a blank CD (libburn)',
  'pre-gap-next-writable':
    'Some drives tell the start of the pre-gap as that of the next track of a CD while page 05h says session at once (libburn)',
  'no-free-blocks': 'LG GH22NP20 says that a blank medium has no free blocks (libburn)',
  'illegal-write-parameters':
    'Matsushita and LG give defaults of page 05h whose session format and pause are not legal (libburn)',
  'long-write-parameters':
    'Drives whose page 05h has four more bytes, without which they refuse it (libburn takes the length from the drive)',
  'few-write-parameters':
    'Drives that refuse page 05h for Buffer Underrun Free or a link size (cdrecord tries the page with fewer bits)',
  'ignores-immediate': 'USB bridges, and drives of old, hold commands back until they are done (growisofs)',
  'always-erasable': 'Some drives set the Erasable bit for any medium (libburn)',
  'late-features': 'Some drives have no current feature right after a medium was loaded (libburn)',
  'ready-while-busy':
    'Pioneer DVR-108 and DVR-111 are ready for TEST UNIT READY while they close (their manuals)',
  'no-events': 'tgt, and USB bridges, do not know GET EVENT STATUS NOTIFICATION',
  'no-reservation': 'tgt does not know RESERVE TRACK',
  'no-calibration': 'Panasonic LD-F321 does not know SEND OPC INFORMATION (growisofs)',
  'no-cd-speed': 'Drives of today do not know SET CD SPEED with DVD and BD (libburn)',
  'streaming-range': 'LG GSA-4081B refuses SET STREAMING up to the last block of a DVD+RW (libburn)',
  'format-keeps-blocks':
    'What was on a DVD+RW is found again after a quick format (IsoBuster); no rule has DVD+RW, DVD-RAM or BD-RE lose it',
  'no-quick-certification': 'LG GGW-H20L refuses format 30h with quick certification (libburn)',
  'short-mode-commands':
    'USB bridges that know MODE SENSE (6) alone (libburn); that they know no MODE SELECT (10) either is unverified',
  'short-transfers':
    'USB bridges that carry at most 32 KiB, such as Genesys 05e3:0701 (the kernel: US_FL_MAX_SECTORS_64)',
  'spurious-check':
    'USB bridges end commands without data that went well with CHECK CONDITION, 0/00/00 (libburn)',
  'unreadable-tables':
    'Drives answer questions about disc and tracks with 3/57/00 after a blanking that was cut short, and blank all the same (cdrecord)',
  'vague-busy': 'USB bridges say 2/04/00 for whatever the drive is busy with (libburn)',
} as const;

export type Lie = keyof typeof LIES;
export const LIE_NAMES = Object.keys(LIES) as [Lie, ...Lie[]];
