import type { BurnPlan } from '../../src/burn/plan.js';
import { type Cell, MEDIA, type MediumName } from './cell.js';
import { FAULT_ROWS } from './fault-rows.js';
import { PHASE_NAMES, impossible } from './phases.js';

type PlanOf = (medium: MediumName) => BurnPlan;

const rotated = <T>(list: readonly T[], by: number): T[] =>
  list.map((_, at) => list[(at + by) % list.length]!);

const isPossible = (planOf: PlanOf, { medium, row, phase }: Cell): boolean =>
  impossible(planOf(medium), row, phase) === undefined;

/** Every cell that can be. */
export const allCells = (planOf: PlanOf): Cell[] =>
  FAULT_ROWS.flatMap((row) =>
    MEDIA.flatMap((medium) => PHASE_NAMES.map((phase) => ({ medium, row, phase }))),
  ).filter((cell) => isPossible(planOf, cell));

/** One cell of each fault, so that each phase and each medium come up; another choice for each seed. */
export const someCells = (planOf: PlanOf, seed: number): Cell[] =>
  FAULT_ROWS.map((row, nth) => {
    const cells = rotated(PHASE_NAMES, nth + seed).flatMap((phase) =>
      rotated(MEDIA, nth + Math.floor(nth / PHASE_NAMES.length) + seed).map((medium) => ({
        medium,
        row,
        phase,
      })),
    );
    return cells.find((cell) => isPossible(planOf, cell))!;
  });

/** Why cells of a medium cannot be. */
export const reasonsOf = (planOf: PlanOf, medium: MediumName): string[] => {
  const reasons = FAULT_ROWS.flatMap((row) =>
    PHASE_NAMES.map((phase) => impossible(planOf(medium), row, phase)),
  );
  return [...new Set(reasons)].filter((reason) => reason !== undefined);
};
