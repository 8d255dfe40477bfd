import { decodeShort } from '../binary/layout.js';
import { getConfiguration } from '../scsi/commands/get-configuration.js';
import { modeSense10 } from '../scsi/commands/mode-sense-10.js';
import { type Configuration, configurationLength, decodeConfiguration } from '../scsi/features/features.js';
import { type Capabilities, capabilities, decodeCapabilities } from '../scsi/mode-pages/capabilities.js';
import { splitModePages } from '../scsi/mode-pages/mode-page.js';
import { modeParameterHeader10 } from '../scsi/structures/mode-parameter-header.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';

/** Enough for the longest page 2Ah seen (66 bytes) and one with many speeds. */
const PAGE_ROOM = 8 + 256;
const FEATURE_HEADER = 8;

/** What most of the other readings depend on. */
export interface Basics {
  readonly configuration: Configuration;
  /** Page 2Ah; drives drop it or parts of it. */
  readonly page2A: Capabilities | undefined;
  readonly writeProtected: boolean;
}

const askConfiguration = (session: DriveSession, length: number): Promise<Uint8Array> =>
  session.run(
    fromDrive(
      getConfiguration,
      { requestedType: 0, startingFeatureNumber: 0, allocationLength: length },
      length,
    ),
  );

/** Asked twice: how long the reply is, then all of it. Odd lengths upset old bridges. */
const readConfiguration = async (session: DriveSession): Promise<Configuration> => {
  const length = configurationLength(await askConfiguration(session, FEATURE_HEADER));
  return decodeConfiguration(await askConfiguration(session, Math.min(0xfffe, length + (length % 2))));
};

/** Some bridges put block descriptors before the pages although they were asked not to. */
const readPage2A = async (session: DriveSession): Promise<Pick<Basics, 'page2A' | 'writeProtected'>> => {
  const reply = await session.run(
    fromDrive(
      modeSense10,
      {
        disableBlockDescriptors: true,
        pageControl: 0,
        pageCode: capabilities.code,
        allocationLength: PAGE_ROOM,
      },
      PAGE_ROOM,
    ),
  );
  const { writeProtect, blockDescriptorLength } = decodeShort(modeParameterHeader10, reply);
  const pages = splitModePages(reply.subarray(modeParameterHeader10.size + blockDescriptorLength));
  const page = pages.get(capabilities.code);
  return { page2A: page && decodeCapabilities(page), writeProtected: writeProtect };
};

export const readBasics = async (session: DriveSession): Promise<Basics> => ({
  configuration: (await ifKnown(() => readConfiguration(session))) ?? { currentProfile: 0, features: [] },
  ...((await ifKnown(() => readPage2A(session))) ?? { page2A: undefined, writeProtected: false }),
});
