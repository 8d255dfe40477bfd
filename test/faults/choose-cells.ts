import type { BurnPlan } from '../../src/burn/plan.js';
import type { Cell } from './cell.js';
import { FAULT_ROWS, type FaultRow } from './fault-rows.js';
import { MEDIUM_NAMES, type MediumName, rowOf } from './media.js';
import { PHASE_NAMES, isPossibleIn, phasesOf } from './phases.js';

type PlanOf = (medium: MediumName) => BurnPlan;

const rotated = <T>(list: readonly T[], by: number): T[] =>
  list.map((_, at) => list[(at + by) % list.length]!);

/** Whether a drive can say it of a medium that is recorded so. */
const CAN_SAY: Readonly<Record<NonNullable<FaultRow['ofMedium']>, (plan: BurnPlan) => boolean>> = {
  any: () => true,
  discs: ({ medium }) => medium !== 'removable-disk',
  closed: (plan) => phasesOf(plan).has('close'),
};

const isTried = (planOf: PlanOf, { medium, row: { ofMedium } }: Cell): boolean =>
  rowOf(medium).everyRow === true || (ofMedium !== undefined && CAN_SAY[ofMedium](planOf(medium)));

const isPossible = (planOf: PlanOf, { medium, row, phase }: Cell): boolean =>
  isPossibleIn(planOf(medium), row, phase);

const isCell = (planOf: PlanOf, cell: Cell): boolean => isTried(planOf, cell) && isPossible(planOf, cell);

/** Every cell that can be. */
export const allCells = (planOf: PlanOf): Cell[] =>
  FAULT_ROWS.flatMap((row) =>
    MEDIUM_NAMES.flatMap((medium) => PHASE_NAMES.map((phase) => ({ medium, row, phase }))),
  ).filter((cell) => isCell(planOf, cell));

/** One cell of each fault, so that each phase and each medium come up; another choice for each seed. */
export const someCells = (planOf: PlanOf, seed: number): Cell[] =>
  FAULT_ROWS.map((row, nth) => {
    const cells = rotated(PHASE_NAMES, nth + seed).flatMap((phase) =>
      rotated(MEDIUM_NAMES, nth + Math.floor(nth / PHASE_NAMES.length) + seed).map((medium) => ({
        medium,
        row,
        phase,
      })),
    );
    return cells.find((cell) => isCell(planOf, cell))!;
  });
