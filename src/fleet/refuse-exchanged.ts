import { readBuild } from '../build.js';
import { SpindleError } from '../errors.js';

/** Which build this process is: asked for before anybody can have exchanged it. */
const OWN = readBuild().name;

/**
 * Whose files were exchanged while it ran starts processes of the other build.
 * @param started the build of such a process
 * @throws SpindleError `program-exchanged`
 */
export const refuseExchanged = (started = readBuild().name): void => {
  if (started === OWN) return;
  throw new SpindleError(
    'program-exchanged',
    `The program was exchanged while the daemon ran: that is ${OWN}, and what it starts is ${started}.`,
  );
};
