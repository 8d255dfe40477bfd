import { ownBuild, readBuild } from '../build.js';
import { SpindleError } from '../errors.js';

/** What lies there while files are being exchanged may be no build at all. */
const buildNow = (): string => {
  try {
    return readBuild().name;
  } catch (cause) {
    const detail = `The program is being exchanged while the daemon runs: that is ${ownBuild().name}, and what lies there is no whole build.`;
    throw new SpindleError('program-exchanged', detail, { cause });
  }
};

/**
 * Whose files were exchanged while it ran starts processes of the other build.
 * @param started the build of such a process
 * @throws SpindleError `program-exchanged`
 */
export const refuseExchanged = (started = buildNow()): void => {
  const own = ownBuild().name;
  if (started === own) return;
  throw new SpindleError(
    'program-exchanged',
    `The program was exchanged while the daemon ran: that is ${own}, and what it starts is ${started}.`,
  );
};
