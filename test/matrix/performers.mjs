// The columns of docs/matrix.md: who records, and which Debian packages do it.
// `media`: those of a guest, whose tests are in test/vm. `leaves`: what its manual claims and no cell tries, and why.

export const PERFORMERS = [
  { name: 'our engine', packages: [] },
  {
    name: 'growisofs',
    packages: ['growisofs', 'genisoimage'],
    leaves: [
      'an image on DVD-R DL: it takes the number of the last sector of layer 0 for the length of it, so that even on the shortest medium one has 800 MB',
      'DVD+RW DL: it says "media[2A] is not supported"',
    ],
  },
  {
    name: 'xorriso',
    packages: ['xorriso'],
    leaves: ['DVD+RW DL: libburn calls it unsuitable'],
  },
  {
    name: 'cdrskin',
    packages: ['cdrskin'],
    leaves: ['DVD+RW DL: libburn calls it unsuitable', 'CD-Text: virtual drives do not record it yet'],
  },
  {
    name: 'wodim',
    packages: ['wodim'],
    leaves: [
      'raw modes, XA, CD-Text: virtual drives do not record them yet',
      'several sessions on DVD: its manual has them for CD alone',
    ],
  },
  {
    name: 'cdrdao',
    packages: ['cdrdao'],
    leaves: [
      'XA, CD-Text, its driver generic-mmc-raw: virtual drives do not record them yet',
      'copying a disc: it is reading and writing, each of which has its cell',
    ],
  },
  {
    name: 'dvd+rw-format',
    packages: ['dvd+rw-tools'],
  },
  { name: 'dvd+rw-mediainfo', packages: ['dvd+rw-tools'] },
  {
    name: 'our engine on tgt',
    packages: ['tgt', 'user-mode-linux'],
    media: /^dvd\+r$/,
    guest: true,
    leaves: ['other media: of recordable ones it emulates DVD+R alone'],
  },
];

export const PACKAGES = [...new Set(PERFORMERS.flatMap(({ packages }) => packages))].sort();
