// The columns of docs/matrix.md: who records, and which Debian packages do it.
// `guest`: its tests are in test/vm. A cell without a test is empty where the manual of its program claims such media, and a dash where it does not.

// libburn calls a DVD+RW DL unsuitable; growisofs: "media[2A] is not supported".
const OPTICAL = /^(cd|dvd(?!\+rw-dl)|bd)/;

export const PERFORMERS = [
  { name: 'our engine', packages: [], media: /./ },
  { name: 'growisofs', packages: ['growisofs', 'genisoimage'], media: /^(dvd(?!\+rw-dl)|bd)/ },
  { name: 'xorriso', packages: ['xorriso'], media: OPTICAL },
  { name: 'cdrskin', packages: ['cdrskin'], media: OPTICAL },
  // Its manual calls DVD support experimental, and knows no DVD-RAM and no BD.
  { name: 'wodim', packages: ['wodim'], media: /^(cd|dvd(?!-ram|\+rw-dl))/ },
  { name: 'cdrdao', packages: ['cdrdao'], media: /^cd/ },
  { name: 'dvd+rw-format', packages: ['dvd+rw-tools'], media: /^(dvd\+rw|dvd-rw|dvd-ram|bd)/ },
  { name: 'dvd+rw-mediainfo', packages: ['dvd+rw-tools'], media: /^(dvd|bd)/ },
  { name: 'our engine on tgt', packages: ['tgt', 'user-mode-linux'], media: /^dvd\+r$/, guest: true },
];

export const PACKAGES = [...new Set(PERFORMERS.flatMap(({ packages }) => packages))].sort();
