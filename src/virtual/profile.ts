import { KINDS, VIRTUAL_KINDS, type VirtualKind } from './media.js';
import type { VirtualDrive } from './virtual-drive.js';

/** What the medium is to this drive: 0000h without one, or the read-only profile where it cannot record it. */
export const currentProfile = (drive: VirtualDrive): number => {
  const { kind } = drive;
  if (kind === undefined) return 0;
  return drive.canRecord ? kind.profile : kind.readOnlyProfile;
};

const profilesOf = (drive: VirtualDrive, kind: VirtualKind): number[] => [
  ...(drive.model.writes.includes(kind) ? [KINDS[kind].profile] : []),
  ...(drive.model.reads.includes(kind) ? [KINDS[kind].readOnlyProfile] : []),
];

/** All profiles that the drive knows, the better ones first. */
export const profiles = (drive: VirtualDrive): number[] => [
  ...new Set(VIRTUAL_KINDS.toReversed().flatMap((kind) => profilesOf(drive, kind))),
];
