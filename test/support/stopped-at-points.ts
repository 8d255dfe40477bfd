import { onTestFinished } from 'vitest';
import { TestDaemon } from './daemon.js';
import { NamedPoints } from './named-points.js';

/** A daemon that was not started yet and whose processes can be stopped at named points, until the test ends. */
export const daemonWithPoints = (): { daemon: TestDaemon; points: NamedPoints } => {
  const points = new NamedPoints();
  const daemon = new TestDaemon({});
  onTestFinished(async () => {
    await daemon.destroy();
    points.remove();
  });
  Object.assign(daemon.environment, points.environment);
  return { daemon, points };
};
