import { getConfiguration } from '../../scsi/commands/get-configuration.js';
import { encodeConfiguration } from '../../scsi/features/features.js';
import { INVALID_FIELD_IN_CDB, refusal } from '../refusal.js';
import { FEATURES } from '../features.js';
import { currentProfile } from '../profile.js';
import type { Handler } from './request.js';

/** Profile list, core, morphing and removable medium, which go with no medium. */
const PERSISTENT = [0x0000, 0x0001, 0x0002, 0x0003];
const REQUESTED = { all: 0, current: 1, one: 2 } as const;

export const answerConfiguration: Handler = (drive, { cdb }) => {
  const { requestedType, startingFeatureNumber } = getConfiguration.decode(cdb);
  if (requestedType > REQUESTED.one) throw refusal(INVALID_FIELD_IN_CDB);
  const known = drive.medium === undefined || drive.news.knowsFeatures();
  const rows = FEATURES.filter(({ code, has, isCurrent }) => {
    if (!has(drive)) return false;
    if (requestedType === REQUESTED.one) return code === startingFeatureNumber;
    return code >= startingFeatureNumber && (requestedType === REQUESTED.all || isCurrent(drive));
  });
  return encodeConfiguration(
    currentProfile(drive),
    rows.map(({ code, encode, isCurrent }) =>
      encode(drive, isCurrent(drive) && (known || PERSISTENT.includes(code))),
    ),
  );
};
