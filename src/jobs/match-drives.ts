import { formerPort } from '../drive/discovery.js';
import type { DriveRow } from './records.js';
import type { FoundDrive } from './store/store.js';

export interface Match {
  readonly found: FoundDrive;
  /** The drive that this is; absent for one that was never seen. */
  readonly known?: DriveRow;
}

type Rule = (found: FoundDrive, known: DriveRow) => boolean;

const sameModel: Rule = ({ identity }, known) =>
  identity.vendor === known.identity.vendor && identity.product === known.identity.product;

/** Virtual drives carry their id with them. */
const sameId: Rule = (found, known) => found.id === known.id;

const sameSerial: Rule = (found, known) =>
  found.identity.serial !== undefined &&
  found.identity.serial === known.identity.serial &&
  sameModel(found, known);

/** At the same place there may be another drive of the model; only serials that differ tell so. */
const mayBe: Rule = (found, known) =>
  found.transport === known.transport &&
  sameModel(found, known) &&
  (found.identity.serial === undefined ||
    known.identity.serial === undefined ||
    found.identity.serial === known.identity.serial);

const samePort: Rule = (found, known) => found.location.port === known.location.port && mayBe(found, known);

const sameFormerPort: Rule = (found, known) =>
  formerPort(found.location.port) === known.location.port && mayBe(found, known);

/** Names of devices change from boot to boot. Drives that carry their id with them are no others. */
const sameDevice: Rule = (found, known) =>
  found.id === undefined &&
  found.location.device !== undefined &&
  found.location.device === known.location.device &&
  mayBe(found, known);

/** In the order of their weight; a rule decides only where it fits one drive on each side. */
const RULES: readonly Rule[] = [sameId, sameSerial, samePort, sameFormerPort, sameDevice];

const onlyOne = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/**
 * Which of the known drives the found ones are: by vendor, product and serial where the serial is unique here, else
 * by port, else by the name of the device. Makers give one serial to many drives, so that all that are connected must be judged together.
 */
export const matchDrives = (found: readonly FoundDrive[], known: readonly DriveRow[]): Match[] => {
  const matched = new Map<FoundDrive, DriveRow>();
  for (const rule of RULES) {
    const open = found.filter((drive) => !matched.has(drive));
    const taken = new Set(matched.values());
    const free = known.filter((row) => !taken.has(row));
    for (const drive of open) {
      const row = onlyOne(free.filter((candidate) => rule(drive, candidate)));
      if (row && onlyOne(open.filter((other) => rule(other, row)))) matched.set(drive, row);
    }
  }
  return found.map((drive) => {
    const row = matched.get(drive);
    return { found: drive, ...(row && { known: row }) };
  });
};
