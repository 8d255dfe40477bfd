import { SpindleError } from '../errors.js';

/** unix(7): `sun_path` holds 108 bytes, one of them for the NUL; Node cuts longer ones silently. */
const LONGEST = 107;

export const checkSocketPath = (path: string): void => {
  const bytes = new TextEncoder().encode(path).length;
  if (bytes <= LONGEST) return;
  throw new SpindleError(
    'runtime-path-too-long',
    `${path} has ${bytes} bytes, a Unix socket at most ${LONGEST}`,
  );
};
