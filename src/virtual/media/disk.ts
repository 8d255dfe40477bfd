/** Disks in cartridges, and whatever else is a removable disk to MMC: blocks are written in place and nothing is closed. */
import type { KindSpec, MediumSpec } from './specification.js';

export const DISK_KINDS = {
  'removable-disk': {
    family: 'disk',
    profile: 0x0002,
    readOnlyProfile: 0x0002,
    recording: 'random',
    erasable: true,
    eccBlocks: 1,
    maxTracksPerSession: 1,
    maxSessions: 1,
    closeFunctions: [],
    testWrite: false,
    singleSpeedKBps: 1000,
    speeds: [25],
    soldFormatted: true,
  },
} as const satisfies Record<string, KindSpec>;

/** 35 GB, as the cartridges of Iomega REV have at 2,048 bytes a block; the exact number is nobody's (unverified). */
const BYTES = 35_000_000_512;

const disk = (blockBytes: 512 | 2048 | 4096, title: string) =>
  ({
    kind: 'removable-disk',
    title,
    capacity: Math.floor(BYTES / 4096) * (4096 / blockBytes),
    blockBytes,
    cartridge: true,
  }) as const satisfies MediumSpec<keyof typeof DISK_KINDS>;

export const DISK_MEDIA = {
  'removable-disk': disk(2048, 'Removable disk 35 GB'),
  'removable-disk-512': disk(512, 'Removable disk 35 GB, blocks of 512 bytes'),
  'removable-disk-4096': disk(4096, 'Removable disk 35 GB, blocks of 4,096 bytes'),
} as const satisfies Record<string, MediumSpec<keyof typeof DISK_KINDS>>;
