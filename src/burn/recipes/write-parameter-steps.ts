import type { Step } from '../step.js';
import type { DrivePage } from './drive-page.js';
import type { Burn } from './recipe.js';
import {
  selectWriteParameters as select,
  selectWriteParametersShort as selectShort,
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
  readonly selectForClosing: (mode: Name, what: 'session' | 'disc', drive: DrivePage) => Step;
  /** Some drives stay in their test mode until they are told otherwise: by the first mode that they take. */
  readonly endTestWrite: (modes: readonly [Name, ...Name[]], burn: Burn) => Step;
}

/** The page as it should be, then without each bit that the recording can do without, as cdrecord tries them. */
const formsOf = ({ way }: Mode, wanted: Wanted): readonly (readonly [WayOfWriting, Wanted])[] => {
  const unprotected = { ...wanted, bufferUnderrunFree: false };
  return [
    [way, wanted],
    ...(wanted.bufferUnderrunFree ? [[way, unprotected] as const] : []),
    ...(way.linkSizeValid ? [[{ ...way, linkSizeValid: false, linkSize: 0 }, unprotected] as const] : []),
  ];
};

/**
 * Bits are left out where a drive refuses the page for them. Each form is followed by MODE SELECT (6), since what knows that alone
 * says of the longer command nothing but that it does not know it.
 */
const setting = (mode: Mode, wanted: Wanted) => {
  const tries = formsOf(mode, wanted).map((form) => {
    const short = selectShort(...form);
    return { command: select(...form), instead: short ? [orElse(short, ['5/20/00'])] : [] };
  });
  const [{ command, instead }, ...fewer] = tries as [(typeof tries)[0], ...typeof tries];
  const alternatives = [
    ...instead,
    ...fewer.flatMap((other) => [orElse(other.command, ['5/26/*']), ...other.instead]),
  ];
  return { do: 'set-parameters' as const, command, alternatives };
};

const beforeRecording = (mode: Mode, wanted: Wanted): Step =>
  stepOf({
    phase: 'calibrate',
    title: `Set the write parameters: ${mode.title}`,
    ...setting(mode, wanted),
  });

/** The steps that set the page of write parameters, MMC-5 §7.5, for media that are recorded in one of these ways. */
export const writeParameterSteps = <Name extends string>(
  modes: Readonly<Record<Name, Mode>>,
): WriteParameterSteps<Name> => ({
  setParameters: (mode, burn) => beforeRecording(modes[mode], wantedOf(burn)),
  selectForClosing: (mode, what, { writeParametersBytes }) =>
    beforeRecording(modes[mode], {
      bufferUnderrunFree: false,
      testWrite: false,
      multiSession: what === 'session' ? 3 : 0,
      writeParametersBytes,
    }),
  endTestWrite: ([preferred, ...others], burn) => {
    const wanted = { ...wantedOf(burn), testWrite: false };
    const { alternatives, ...set } = setting(modes[preferred], wanted);
    const instead = others.flatMap((other) => {
      const { command, alternatives: fewer } = setting(modes[other], wanted);
      return [orElse(command), ...fewer];
    });
    return stepOf({
      ...set,
      phase: 'close',
      title: 'End the test write',
      alternatives: [...alternatives, ...instead, orSkip()],
    });
  },
});
