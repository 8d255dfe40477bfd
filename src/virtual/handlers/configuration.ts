import { getConfiguration } from '../../scsi/commands/get-configuration.js';
import { encodeConfiguration } from '../../scsi/features/features.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { FEATURES } from '../features.js';
import { always, type FeatureRow } from '../features/feature-row.js';
import { currentProfile } from '../profile.js';
import type { Handler } from './request.js';

const REQUESTED = { all: 0, current: 1, one: 2 } as const;

export const answerConfiguration: Handler = (drive, { cdb }) => {
  const { requestedType, startingFeatureNumber } = getConfiguration.decode(cdb);
  if (requestedType > REQUESTED.one) throw refusal(INVALID_FIELD_IN_CDB);
  const known = drive.medium === undefined || drive.news.knowsFeatures();
  /** What is persistent goes with no medium, and is always current (MMC-5 §5.2.2). */
  const tellsCurrent = ({ isCurrent }: FeatureRow): boolean =>
    isCurrent === always || (known && isCurrent(drive));
  const rows = FEATURES.filter((row) => {
    const { code, has } = row;
    if (!has(drive)) return false;
    if (requestedType === REQUESTED.one) return code === startingFeatureNumber;
    return code >= startingFeatureNumber && (requestedType === REQUESTED.all || tellsCurrent(row));
  });
  return encodeConfiguration(
    currentProfile(drive),
    rows.map((row) => row.encode(drive, tellsCurrent(row))),
  );
};
