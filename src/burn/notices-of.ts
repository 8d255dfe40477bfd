import { formatSpeed } from '../drive/speeds.js';
import { isNear } from './chosen-speed.js';
import type { Notice } from './notice.js';
import type { Plan } from './plan.js';
import { turnsAs } from './planned-pace.js';
import type { Run } from './steps/run.js';

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

type Rule = (plan: Plan & { do: 'burn' }, run: Run) => Notice | undefined;

const RULES: readonly Rule[] = [
  ({ medium, speedKBps }, { pace }) =>
    pace === undefined || speedKBps === undefined || isNear(speedKBps, pace)
      ? undefined
      : {
          code: 'speed-adjusted',
          detail: `The drive was told to record at ${formatSpeed(medium, { kBps: speedKBps })}, and said that it would do so at ${formatSpeed(medium, pace)}.`,
        },
  ({ rotation }, { pace }) =>
    pace === undefined || turnsAs(rotation, pace)
      ? undefined
      : {
          code: 'rotation-adjusted',
          detail: `The drive was told to turn the medium by ${rotation?.toUpperCase()}, and said that it would do so by ${pace.rotation.toUpperCase()}.`,
        },
  ({ leastWriteMs = 0 }, { hastyMs }) =>
    hastyMs === undefined
      ? undefined
      : {
          code: 'implausibly-fast',
          detail: `The drive said after ${seconds(hastyMs)} s that all was recorded, which takes the fastest drive ${seconds(leastWriteMs)} s: all of it was read back, and is there.`,
        },
];

/** What a drive made of the plan, where that is not quite what it was told. */
export const noticesOf = (run: Run): Notice[] => {
  const { plan } = run;
  if (plan.do !== 'burn') return [];
  return RULES.map((rule) => rule(plan, run)).filter((told) => told !== undefined);
};
