/** Whose rules the media of a profile follow. */
type ProfileFamily =
  | 'none'
  | 'disk'
  | 'cd-rom'
  | 'cd'
  | 'dvd-rom'
  | 'dvd-minus'
  | 'dvd-ram'
  | 'dvd-plus'
  | 'bd-rom'
  | 'bd'
  | 'hd-dvd';

export interface Profile {
  readonly name: string;
  readonly family: ProfileFamily;
}

/** MMC-5 §5.3.1, table "Profile List"; 0017h and 0018h are of MMC-6. */
export const PROFILES: Readonly<Record<number, Profile>> = {
  0x0000: { name: 'No current profile', family: 'none' },
  0x0001: { name: 'Fixed disk', family: 'disk' },
  0x0002: { name: 'Removable disk', family: 'disk' },
  0x0003: { name: 'Magneto-optical erasable', family: 'disk' },
  0x0004: { name: 'Optical write once', family: 'disk' },
  0x0005: { name: 'Advanced storage magneto-optical', family: 'disk' },
  0x0008: { name: 'CD-ROM', family: 'cd-rom' },
  0x0009: { name: 'CD-R', family: 'cd' },
  0x000a: { name: 'CD-RW', family: 'cd' },
  0x0010: { name: 'DVD-ROM', family: 'dvd-rom' },
  0x0011: { name: 'DVD-R sequential recording', family: 'dvd-minus' },
  0x0012: { name: 'DVD-RAM', family: 'dvd-ram' },
  0x0013: { name: 'DVD-RW restricted overwrite', family: 'dvd-minus' },
  0x0014: { name: 'DVD-RW sequential recording', family: 'dvd-minus' },
  0x0015: { name: 'DVD-R dual layer sequential recording', family: 'dvd-minus' },
  0x0016: { name: 'DVD-R dual layer jump recording', family: 'dvd-minus' },
  0x0017: { name: 'DVD-RW dual layer', family: 'dvd-minus' },
  0x0018: { name: 'DVD-Download disc recording', family: 'dvd-minus' },
  0x001a: { name: 'DVD+RW', family: 'dvd-plus' },
  0x001b: { name: 'DVD+R', family: 'dvd-plus' },
  0x0020: { name: 'DDCD-ROM', family: 'cd-rom' },
  0x0021: { name: 'DDCD-R', family: 'cd' },
  0x0022: { name: 'DDCD-RW', family: 'cd' },
  0x002a: { name: 'DVD+RW dual layer', family: 'dvd-plus' },
  0x002b: { name: 'DVD+R dual layer', family: 'dvd-plus' },
  0x0040: { name: 'BD-ROM', family: 'bd-rom' },
  0x0041: { name: 'BD-R sequential recording', family: 'bd' },
  0x0042: { name: 'BD-R random recording', family: 'bd' },
  0x0043: { name: 'BD-RE', family: 'bd' },
  0x0050: { name: 'HD DVD-ROM', family: 'hd-dvd' },
  0x0051: { name: 'HD DVD-R', family: 'hd-dvd' },
  0x0052: { name: 'HD DVD-RAM', family: 'hd-dvd' },
  0x0053: { name: 'HD DVD-RW', family: 'hd-dvd' },
  0x0058: { name: 'HD DVD-R dual layer', family: 'hd-dvd' },
  0x005a: { name: 'HD DVD-RW dual layer', family: 'hd-dvd' },
  0xffff: { name: 'No standard profile', family: 'none' },
};

/** A number that is in no table is a medium of tomorrow: it gets a name and no family. */
export const profileOf = (number: number): Profile =>
  PROFILES[number] ?? {
    name: `Profile ${number.toString(16).toUpperCase().padStart(4, '0')}h`,
    family: 'none',
  };
