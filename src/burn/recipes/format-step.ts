import { formatUnit } from '../../scsi/commands/format-unit.js';
import { formatUnitParameterList } from '../../scsi/structures/format-unit-parameter-list.js';
import type { PlannedCommand, Step } from '../step.js';
import { lastsFor, orElse, plannedCommand, stepOf } from './step-of.js';

/** A format as FORMAT UNIT asks for it. */
export interface AskedFormat {
  readonly type: number;
  readonly subType?: number;
  /** One of the sizes that READ FORMAT CAPACITIES lists, where the type has any. */
  readonly blocks: number;
  /** That of the size. */
  readonly typeDependent?: number;
  /** The drive is told not to certify, where no sub-type says so. */
  readonly withoutCertification?: boolean;
}

interface Formatting {
  readonly title: string;
  readonly asked: AskedFormat;
  /** What is asked for instead, in this order, where the drive does not know the sub-type or does not take the size. */
  readonly orElse?: readonly AskedFormat[];
  /** An estimate. */
  readonly ms: number;
}

const NOT_SO = ['5/24/*', '5/26/*'];

const formatting = (asked: AskedFormat, timeoutMs: number): PlannedCommand => {
  const { type, subType = 0, blocks, typeDependent = 0, withoutCertification = false } = asked;
  const data = formatUnitParameterList.encode({
    formatOptionsValid: withoutCertification,
    disableCertification: withoutCertification,
    immediate: true,
    numberOfBlocks: blocks,
    formatType: type,
    formatSubType: subType,
    typeDependentParameter: typeDependent,
  });
  return plannedCommand(
    formatUnit,
    { formatData: true, completeList: withoutCertification, formatCode: 1 },
    { data, timeoutMs },
  );
};

/** MMC-5 §6.5 */
export const formatStep = ({ title, asked, orElse: others = [], ms }: Formatting): Step => {
  const lasts = lastsFor(ms);
  return stepOf({
    do: 'format',
    phase: 'format',
    title,
    alters: true,
    command: formatting(asked, lasts),
    alternatives: others.map((other) => orElse(formatting(other, lasts), NOT_SO)),
    readyWithinMs: lasts,
  });
};
