import type { z } from 'zod';
import { driveReport, type DriveReport } from '../drive/drive.js';

type Path = readonly PropertyKey[];

const objectAt = (value: unknown, path: Path): object | undefined => {
  const inner = path.reduce<unknown>(
    (outer, key) => (typeof outer === 'object' && outer ? Reflect.get(outer, key) : undefined),
    value,
  );
  return typeof inner === 'object' && inner ? inner : undefined;
};

/** Without the fields that this build does not know. */
const withoutUnknown = (told: unknown, { issues }: z.ZodError): unknown => {
  const known: unknown = structuredClone(told);
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const holder = objectAt(known, issue.path);
    if (holder) for (const key of issue.keys) Reflect.deleteProperty(holder, key);
  }
  return known;
};

/**
 * The report of a worker, which may be of another build. What a later build tells beside it is passed over; undefined where
 * it cannot be understood: its drive is then one that nobody has read yet, which a worker of this build mends.
 */
export const understoodReport = (told: unknown): DriveReport | undefined => {
  const strict = driveReport.safeParse(told);
  return strict.success ? strict.data : driveReport.safeParse(withoutUnknown(told, strict.error)).data;
};
