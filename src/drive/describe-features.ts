import { z } from 'zod';
import { toHex } from '../binary/hex.js';
import { decodeProfileList } from '../scsi/features/profile-list.js';
import { knownFeature } from '../scsi/features/known-features.js';
import type { Configuration } from '../scsi/features/features.js';
import { profileOf } from '../scsi/profiles.js';
import { decodedView, rawBytes } from './decoded-view.js';
import type { DriveSession } from './drive-session.js';
import { readConfiguration } from './read-basics.js';

const profileView = z.strictObject({
  number: z.int().min(0),
  name: z.string(),
  current: z.boolean(),
});

const featureView = z.strictObject({
  code: z.int().min(0),
  name: z.string().optional(),
  version: z.int().min(0),
  persistent: z.boolean(),
  current: z.boolean(),
  decoded: decodedView,
  raw: rawBytes,
});

/** What GET CONFIGURATION (MMC-5 §6.6) tells. */
export const featureViews = z
  .strictObject({
    currentProfile: z.int().min(0),
    profiles: z.array(profileView).meta({ description: 'Of the Profile List, in its order' }),
    features: z.array(featureView),
  })
  .meta({ id: 'Features' });
export type FeatureViews = z.infer<typeof featureViews>;

const PROFILE_LIST = 0x0000;

const viewFeature = ({
  featureCode: code,
  version,
  persistent,
  current,
  bytes,
}: Configuration['features'][number]): FeatureViews['features'][number] => {
  const known = knownFeature(code);
  const decoded = known?.decode(bytes);
  return {
    code,
    ...(known && { name: known.name }),
    version,
    persistent,
    current,
    ...(decoded && { decoded }),
    raw: toHex(bytes),
  };
};

/** Profiles and features, decoded where we know them. @throws SpindleError as the drive refuses. */
export const describeFeatures = async (session: DriveSession): Promise<FeatureViews> => {
  const { currentProfile, features } = await readConfiguration(session);
  const list = features.find(({ featureCode }) => featureCode === PROFILE_LIST);
  const profiles = list ? decodeProfileList(list.bytes) : [];
  return {
    currentProfile,
    profiles: profiles.map(({ profileNumber, current }) => ({
      number: profileNumber,
      name: profileOf(profileNumber).name,
      current,
    })),
    features: features.map(viewFeature),
  };
};
