import { decodeShort } from '../binary/layout.js';
import { SpindleError } from '../errors.js';
import { sendDiscStructure } from '../scsi/commands/send-disc-structure.js';
import { writeProtect } from '../scsi/features/write-protect.js';
import { encodeDiscStructure } from '../scsi/structures/disc-structure.js';
import { writeProtectionStatus } from '../scsi/structures/dvd-structures.js';
import { toDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import type { WriteProtection } from './medium.js';
import { type Basics, readBasics } from './read-basics.js';
import { readProtections } from './read-protection.js';
import { waitUntilReady } from './wait-until-ready.js';

const FORMAT = 0xc0;
/** Some drives read in a medium first, others write to its lead-in. */
const READY_MS = 60_000;
const SEND_MS = 60_000;

const canRecordProtection = ({ configuration }: Basics): boolean =>
  configuration.features.some(
    ({ featureCode, current, bytes }) =>
      featureCode === writeProtect.code &&
      current &&
      decodeShort(writeProtect, bytes).persistentWriteProtection,
  );

/** What no command takes off. */
const BY_HAND: Readonly<Partial<Record<WriteProtection, string>>> = {
  cartridge: 'the tab of its cartridge protects it, which only a hand moves',
  'until-power-down': 'the drive protects it until it is switched off',
  'medium-specific': 'it protects itself, as outside its cartridge',
  'not-told': 'the drive does not say what protects it',
};

const refuse = (basics: Basics, found: readonly WriteProtection[], wanted: boolean): void => {
  if (!canRecordProtection(basics))
    throw new SpindleError(
      'protection-unsupported',
      'The drive does not record a write protection on the medium that is in it.',
    );
  const others = found.flatMap((reason) => BY_HAND[reason] ?? []);
  const hinders = found.includes('cartridge') || (!wanted && !found.includes('persistent'));
  if (hinders && others.length > 0)
    throw new SpindleError(
      'medium-write-protected',
      `The write protection of the medium is not changed: ${others.join('; ')}.`,
    );
};

const send = async (session: DriveSession, persistent: boolean): Promise<void> => {
  const data = encodeDiscStructure(writeProtectionStatus.encode({ persistentWriteProtection: persistent }));
  const fields = { mediaType: 0, format: FORMAT, structureDataLength: data.length };
  await session.run(toDrive(sendDiscStructure, fields, data, SEND_MS), { busyMs: SEND_MS });
};

/**
 * Records on the medium that no drive may write to it, or takes that off: MMC-5 §6.34, as dvd+rw-tools send it. What is recorded is read again.
 * @throws SpindleError `medium-not-present`, `protection-unsupported`, `medium-write-protected` where something else protects it,
 * `proof-failed` where the drive said that it did it and did not.
 */
export const setProtection = async (session: DriveSession, wanted: boolean): Promise<void> => {
  await waitUntilReady(session, { busyMs: READY_MS });
  const basics = await readBasics(session);
  const found = await readProtections(session, basics);
  refuse(basics, found, wanted);
  if (found.includes('persistent') === wanted) return;
  await send(session, wanted);
  const after = await readProtections(session, await readBasics(session));
  if (after.includes('persistent') !== wanted)
    throw new SpindleError(
      'proof-failed',
      `The drive took the change of the write protection, and the medium is ${wanted ? 'not protected' : 'still protected'} all the same.`,
    );
};
