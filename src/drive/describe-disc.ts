import { z } from 'zod';
import { type DecodedFields, decodedFields } from '../binary/decoded-fields.js';
import { toHex } from '../binary/hex.js';
import { type Layout, decodeShort } from '../binary/layout.js';
import { readDiscInformation } from '../scsi/commands/read-disc-information.js';
import { readTrackInformation } from '../scsi/commands/read-track-information.js';
import { discInformation } from '../scsi/structures/disc-information.js';
import { powResources, trackResources } from '../scsi/structures/disc-resources.js';
import { trackInformation } from '../scsi/structures/track-information.js';
import { fromDrive } from './command.js';
import { decodedView, rawBytes } from './decoded-view.js';
import type { DriveSession } from './drive-session.js';

/** Data Type of READ DISC INFORMATION (MMC-5 §6.22): what it is about, and its structure. */
const DISC_TYPES = {
  standard: { dataType: 0, of: discInformation },
  'track-resources': { dataType: 1, of: trackResources },
  'pow-resources': { dataType: 2, of: powResources },
} as const;

export const discQuestion = z.enum(
  Object.keys(DISC_TYPES) as [keyof typeof DISC_TYPES, ...(keyof typeof DISC_TYPES)[]],
);
export type DiscQuestion = z.infer<typeof discQuestion>;

/** Address Type of READ TRACK INFORMATION (MMC-5 §6.27): what a number counts. */
const TRACK_BY = { lba: 0, track: 1, session: 2 } as const;

export const trackQuestion = z.object({
  by: z.enum(Object.keys(TRACK_BY) as [keyof typeof TRACK_BY, ...(keyof typeof TRACK_BY)[]]),
  /** A block may be negative: it lies in a lead-in or pre-gap then. */
  number: z.int().min(-0x8000_0000).max(0xffff_ffff),
});
export type TrackQuestion = z.infer<typeof trackQuestion>;

export const informationView = z
  .strictObject({ decoded: decodedView, raw: rawBytes })
  .meta({ id: 'DriveInformation' });
export type InformationView = z.infer<typeof informationView>;

/** Numbers of two bytes that stand apart in a reply: their low bytes came first, and the high ones later. */
const SPLIT = /^(.*)Lsb$/;

/** `numberOfSessions` of `numberOfSessionsLsb` and `numberOfSessionsMsb`, which old drives do not send. */
const whole = (fields: DecodedFields): DecodedFields =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([key]) => !key.endsWith('Msb'))
      .map(([key, value]) => {
        const name = SPLIT.exec(key)?.[1];
        return name === undefined
          ? [key, value]
          : [name, Number(fields[`${name}Msb`] ?? 0) * 0x100 + Number(value)];
      }),
  );

const view = (of: Layout<unknown, never>, reply: Uint8Array): InformationView => {
  const decoded = decodedFields(of, reply);
  return { ...(decoded && { decoded: whole(decoded) }), raw: toHex(reply) };
};

/** As much as an allocation length of 16 bits can say. */
const MOST_BYTES = 0xfffe;

/** READ DISC INFORMATION. @throws SpindleError as the drive refuses. */
export const describeDisc = async (
  session: DriveSession,
  question: DiscQuestion,
): Promise<InformationView> => {
  const { dataType, of } = DISC_TYPES[question];
  const ask = (length: number): Promise<Uint8Array> =>
    session.run(fromDrive(readDiscInformation, { dataType, allocationLength: length }, length));
  const reply = await ask(of.size);
  // Behind the standard information there are the calibrations that were done, where there are any.
  const length = 2 + decodeShort(discInformation, reply).discInformationLength;
  return view(of, length > of.size ? await ask(Math.min(MOST_BYTES, length)) : reply);
};

/** READ TRACK INFORMATION. @throws SpindleError as the drive refuses. */
export const describeTrack = async (
  session: DriveSession,
  { by, number }: TrackQuestion,
): Promise<InformationView> => {
  const { size } = trackInformation;
  const fields = { addressType: TRACK_BY[by], address: number >>> 0, allocationLength: size };
  return view(trackInformation, await session.run(fromDrive(readTrackInformation, fields, size)));
};
