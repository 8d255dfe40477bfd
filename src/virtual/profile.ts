import { KINDS, VIRTUAL_KINDS, type VirtualKind } from './media.js';
import type { VirtualDrive } from './virtual-drive.js';

/** What the medium is to this drive: 0000h without one that it can read, and mostly the read-only profile where it cannot record it. */
export const currentProfile = (drive: VirtualDrive): number => {
  const { kind } = drive;
  if (kind === undefined || !drive.canRead) return 0;
  return drive.canRecord || drive.model.tellsKinds === true ? kind.profile : kind.readOnlyProfile;
};

const profilesOf = ({ model }: VirtualDrive, kind: VirtualKind): number[] => {
  const reads = model.reads.includes(kind);
  const tells = model.writes.includes(kind) || (reads && model.tellsKinds === true);
  return [...(tells ? [KINDS[kind].profile] : []), ...(reads ? [KINDS[kind].readOnlyProfile] : [])];
};

/** All profiles that the drive knows, the better ones first. */
export const profiles = (drive: VirtualDrive): number[] => [
  ...new Set(VIRTUAL_KINDS.toReversed().flatMap((kind) => profilesOf(drive, kind))),
];
