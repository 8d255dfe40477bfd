import { EXIT } from './exit-codes.js';

/** Who stops watching stops no work: Ctrl-C has it said what goes on, and ends the command alone. What comes back undoes that. */
export const leaveOnInterrupt = (say: () => void): (() => void) => {
  const leave = (): void => {
    say();
    process.exit(EXIT.interrupted);
  };
  process.once('SIGINT', leave);
  return () => process.off('SIGINT', leave);
};
