import { setCdSpeed } from '../../scsi/commands/set-cd-speed.js';
import { setStreaming } from '../../scsi/commands/set-streaming.js';
import { hasQuirk } from '../../drive/quirks.js';
import { streamingPerformance } from '../../scsi/structures/streaming-performance.js';
import type { PlannedCommand, Step } from '../step.js';
import type { Burn } from './recipe.js';
import { orElse, orSkip, plannedCommand, stepOf } from './step-of.js';

/** Of both commands: 1 is pure CAV, 0 what the drive likes with the medium (MMC-5 §6.37, §6.39.3). */
const rotationControl = ({ rotation }: Burn): number => (rotation === 'cav' ? 1 : 0);

const title = ({ speedKBps, rotation }: Burn): string =>
  `Set the speed to ${speedKBps} kB/s${rotation === undefined ? '' : ` by ${rotation.toUpperCase()}`}`;

const cdSpeed = (burn: Burn, kBps: number): PlannedCommand =>
  plannedCommand(setCdSpeed, {
    rotationalControl: rotationControl(burn),
    logicalUnitReadSpeed: 0xffff,
    logicalUnitWriteSpeed: Math.min(kBps, 0xffff),
  });

/** MMC-5 §6.37. Some drives refuse a speed just below theirs, so that cdrecord asks for 1x (177 kB/s) more then. */
export const setSpeedOfCd = (burn: Burn): readonly Step[] =>
  burn.speedKBps === undefined
    ? []
    : [
        stepOf({
          do: 'set-speed',
          phase: 'calibrate',
          title: title(burn),
          command: cdSpeed(burn, burn.speedKBps),
          alternatives: [orElse(cdSpeed(burn, burn.speedKBps + 177), ['5/24/*', '5/26/*']), orSkip()],
        }),
      ];

/** MMC-5 §6.39 for all blocks up to `endLba`. */
const streamingSpeed = (burn: Burn, speedKBps: number, endLba: number): PlannedCommand => {
  const fastest = burn.medium.writeSpeeds[0]?.kBps ?? speedKBps;
  const data = streamingPerformance.encode({
    writeRotationControl: rotationControl(burn),
    startLba: 0,
    endLba,
    readSize: Math.max(fastest, speedKBps),
    readTime: 1000,
    writeSize: speedKBps,
    writeTime: 1000,
  });
  return plannedCommand(setStreaming, { type: 0, parameterListLength: data.length }, { data });
};

/** Drives that say so of their last block take the one before (LG GSA-4081B). */
const OUT_OF_RANGE = ['5/21/*', '5/26/*'];

/** SET STREAMING is what drives of today know for DVD and BD; older ones know SET CD SPEED. */
export const setSpeedOfDisc = (burn: Burn): readonly Step[] => {
  const { speedKBps, medium, quirks } = burn;
  if (speedKBps === undefined) return [];
  const last = Math.max(0, medium.capacity - 1);
  const step = {
    do: 'set-speed',
    phase: 'calibrate',
    title: title(burn),
  } as const;
  if (hasQuirk(quirks, 'no-set-streaming'))
    return [stepOf({ ...step, command: cdSpeed(burn, speedKBps), alternatives: [orSkip()] })];
  return [
    stepOf({
      ...step,
      command: streamingSpeed(burn, speedKBps, last),
      alternatives: [
        orElse(streamingSpeed(burn, speedKBps, Math.max(0, last - 1)), OUT_OF_RANGE),
        orElse(cdSpeed(burn, speedKBps)),
        orSkip(),
      ],
    }),
  ];
};
