// A process that wants to run every 10 ms, before all others, and tells its parent each time when it could not.
import { constants, setPriority } from 'node:os';

const PERIOD_MS = 10;
const LATE_MS = 20;

try {
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Without the right to it the figure says less: others may have run in between.
}
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  if (now - last > PERIOD_MS + LATE_MS) process.send?.(now - last - PERIOD_MS);
  last = now;
}, PERIOD_MS);
process.once('disconnect', () => process.exit());
