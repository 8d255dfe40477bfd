import { decodeShort } from '../binary/layout.js';
import { getConfiguration } from '../scsi/commands/get-configuration.js';
import { modeSense10 } from '../scsi/commands/mode-sense-10.js';
import { modeSense6 } from '../scsi/commands/mode-sense-6.js';
import { type Configuration, configurationLength, decodeConfiguration } from '../scsi/features/features.js';
import { type Capabilities, capabilities, decodeCapabilities } from '../scsi/mode-pages/capabilities.js';
import { splitModePages } from '../scsi/mode-pages/mode-page.js';
import { modeParameterHeader10, modeParameterHeader6 } from '../scsi/structures/mode-parameter-header.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifKnown } from './if-known.js';

/** Enough for the longest page 2Ah seen (66 bytes) and one with many speeds. */
const PAGE_ROOM = 8 + 256;
/** As much as the length in the shorter form can say, and even. */
const SHORT_PAGE_ROOM = 254;
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
export const readConfiguration = async (session: DriveSession): Promise<Configuration> => {
  const length = configurationLength(await askConfiguration(session, FEATURE_HEADER));
  return decodeConfiguration(await askConfiguration(session, Math.min(0xfffe, length + (length % 2))));
};

/** Feature 0010h: whatever can be read at all is read at random. */
const RANDOM_READABLE = 0x0010;
const TRIES = 3;

/** With a medium of any kind one of these is current; some drives do not know yet right after it was loaded. */
const isSettled = ({ currentProfile, features }: Configuration): boolean =>
  currentProfile === 0 ||
  features.every(({ featureCode, current }) => featureCode !== RANDOM_READABLE || current);

const readSettledConfiguration = async (session: DriveSession): Promise<Configuration> => {
  let configuration = await readConfiguration(session);
  for (let tries = 1; tries < TRIES && !isSettled(configuration); tries++)
    configuration = await readConfiguration(session);
  return configuration;
};

type Page2A = Pick<Basics, 'page2A' | 'writeProtected'>;

const REQUEST = { disableBlockDescriptors: true, pageControl: 0, pageCode: capabilities.code } as const;

/** Some bridges put block descriptors before the pages although they were asked not to. */
const page2AOf = (pages: Uint8Array, writeProtected: boolean): Page2A => {
  const page = splitModePages(pages).get(capabilities.code);
  return { page2A: page && decodeCapabilities(page), writeProtected };
};

const readPage2A = async (session: DriveSession): Promise<Page2A> => {
  const reply = await session.run(
    fromDrive(modeSense10, { ...REQUEST, allocationLength: PAGE_ROOM }, PAGE_ROOM),
  );
  const { writeProtect, blockDescriptorLength } = decodeShort(modeParameterHeader10, reply);
  return page2AOf(reply.subarray(modeParameterHeader10.size + blockDescriptorLength), writeProtect);
};

/** USB bridges that take a drive for a disk know the shorter form alone. */
const readPage2AShortly = async (session: DriveSession): Promise<Page2A> => {
  const reply = await session.run(
    fromDrive(modeSense6, { ...REQUEST, allocationLength: SHORT_PAGE_ROOM }, SHORT_PAGE_ROOM),
  );
  const { writeProtect, blockDescriptorLength } = decodeShort(modeParameterHeader6, reply);
  return page2AOf(reply.subarray(modeParameterHeader6.size + blockDescriptorLength), writeProtect);
};

export const readBasics = async (session: DriveSession): Promise<Basics> => ({
  configuration: (await ifKnown(() => readSettledConfiguration(session))) ?? {
    currentProfile: 0,
    features: [],
  },
  ...((await ifKnown(() => readPage2A(session))) ??
    (await ifKnown(() => readPage2AShortly(session))) ?? { page2A: undefined, writeProtected: false }),
});
