import { getConfiguration } from '../scsi/commands/get-configuration.js';
import { type Configuration, configurationLength, decodeConfiguration } from '../scsi/features/features.js';
import { type Capabilities, capabilities, decodeCapabilities } from '../scsi/mode-pages/capabilities.js';
import { fromDrive } from './command.js';
import type { DriveSession } from './drive-session.js';
import { ifReadable } from './if-known.js';
import { ONE_PAGE_ROOM, modeSenseLong, modeSenseShort } from './mode-sense.js';

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

const readPage2A = async (ask: typeof modeSenseLong, session: DriveSession): Promise<Page2A> => {
  const { code } = capabilities;
  const { pages, writeProtected } = await ask(session, {
    pageCode: code,
    pageControl: 0,
    room: ONE_PAGE_ROOM,
  });
  const page = pages.get(code);
  return { page2A: page && decodeCapabilities(page), writeProtected };
};

export const readBasics = async (session: DriveSession): Promise<Basics> => ({
  configuration: (await ifReadable(() => readSettledConfiguration(session))) ?? {
    currentProfile: 0,
    features: [],
  },
  ...((await ifReadable(() => readPage2A(modeSenseLong, session))) ??
    (await ifReadable(() => readPage2A(modeSenseShort, session))) ?? {
      page2A: undefined,
      writeProtected: false,
    }),
});
