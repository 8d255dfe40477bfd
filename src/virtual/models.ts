import { VIRTUAL_KINDS, type VirtualKind } from './media.js';

/** A drive as a shop would sell it: what it reads and what it records. */
export interface DriveModel {
  readonly product: string;
  readonly reads: readonly VirtualKind[];
  readonly writes: readonly VirtualKind[];
}

const CD = ['cd-r', 'cd-rw'] as const satisfies readonly VirtualKind[];
const DVD = ['dvd+r', 'dvd+rw'] as const satisfies readonly VirtualKind[];

export const MODELS = {
  'bd-writer': { product: 'VIRTUAL BD-RE', reads: VIRTUAL_KINDS, writes: VIRTUAL_KINDS },
  'dvd-writer': { product: 'VIRTUAL DVD-RW', reads: [...CD, ...DVD], writes: [...CD, ...DVD] },
  'cd-writer': { product: 'VIRTUAL CD-RW', reads: CD, writes: CD },
  /** Presents a recorded medium as CD-ROM, DVD-ROM or BD-ROM. */
  'bd-rom': { product: 'VIRTUAL BD-ROM', reads: VIRTUAL_KINDS, writes: [] },
} as const satisfies Record<string, DriveModel>;

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as [ModelName, ...ModelName[]];
