import type { Step } from '../step.js';
import type { Burn } from './recipe.js';
import {
  selectWriteParameters as select,
  type Wanted,
  wantedOf,
  type WayOfWriting,
} from './select-write-parameters.js';
import { orElse, orSkip, stepOf } from './step-of.js';

interface Mode {
  readonly title: string;
  readonly way: WayOfWriting;
}

interface WriteParameterSteps<Name extends string> {
  readonly setParameters: (mode: Name, burn: Burn) => Step;
  /** What closing makes of the disc is in the multi-session field. */
  readonly selectForClosing: (mode: Name, what: 'session' | 'disc') => Step;
  /** Some drives stay in their test mode until they are told otherwise. */
  readonly endTestWrite: (mode: Name, burn: Burn) => Step;
}

const setting = ({ title, way }: Mode, wanted: Wanted): Step =>
  stepOf({
    do: 'set-parameters',
    phase: 'calibrate',
    title: `Set the write parameters: ${title}`,
    command: select(way, wanted),
    alternatives: [orElse(select(way, { ...wanted, bufferUnderrunFree: false }), ['5/26/*'])],
  });

/** The steps that set the page of write parameters, MMC-5 §7.5, for media that are recorded in one of these ways. */
export const writeParameterSteps = <Name extends string>(
  modes: Readonly<Record<Name, Mode>>,
): WriteParameterSteps<Name> => ({
  setParameters: (mode, burn) => setting(modes[mode], wantedOf(burn)),
  selectForClosing: (mode, what) =>
    setting(modes[mode], {
      bufferUnderrunFree: false,
      testWrite: false,
      multiSession: what === 'session' ? 3 : 0,
    }),
  endTestWrite: (mode, burn) =>
    stepOf({
      do: 'set-parameters',
      phase: 'close',
      title: 'End the test write',
      command: select(modes[mode].way, { ...wantedOf(burn), testWrite: false }),
      alternatives: [orSkip()],
    }),
});
