import { sendDiscStructure } from '../../scsi/commands/send-disc-structure.js';
import { encodeDiscStructure } from '../../scsi/structures/disc-structure.js';
import { dvdLayerBoundary } from '../../scsi/structures/dvd-structures.js';
import { chosenLayerBreak } from '../layer-break.js';
import type { Step } from '../step.js';
import { dvdPlusR } from './dvd-plus-r.js';
import { dvdPlusRw } from './dvd-plus-rw.js';
import type { Burn, Recipe } from './recipe.js';
import { TIMEOUT_MS, orSkip, plannedCommand, stepOf } from './step-of.js';

const LAYER_BOUNDARY = 0x20;

/** MMC-5 §6.34, format 20h. A drive that does not know it ends layer 0 where it likes, unless somebody minds. */
const setLayerBreak = (burn: Burn): readonly Step[] => {
  const blocks = chosenLayerBreak(burn);
  if (blocks === undefined) return [];
  const data = encodeDiscStructure(dvdLayerBoundary.encode({ layer0DataZoneCapacity: blocks }));
  return [
    stepOf({
      do: 'set-layer-break',
      phase: 'calibrate',
      title: `End layer 0 after ${blocks} blocks`,
      alters: true,
      command: plannedCommand(
        sendDiscStructure,
        { mediaType: 0, format: LAYER_BOUNDARY, structureDataLength: data.length },
        { data, timeoutMs: TIMEOUT_MS.long },
      ),
      alternatives: burn.options.layerBreak === 'auto' ? [orSkip()] : [],
      readyWithinMs: TIMEOUT_MS.long,
    }),
  ];
};

/**
 * DVD+R DL: as DVD+R, once the drive knows where layer 0 ends. What it does between the layers it does within the time of
 * a WRITE; growisofs allows 180 s for it.
 */
export const dvdPlusRDl: Recipe = {
  ...dvdPlusR,
  name: 'dvd+r-dl',
  features: [0x3b],
  hasLayerBreak: true,
  steps: (burn) => {
    const steps = dvdPlusR.steps(burn);
    const write = steps.findIndex((step) => step.do === 'write');
    return [...steps.slice(0, write), ...setLayerBreak(burn), ...steps.slice(write)];
  },
};

/** DVD+RW DL: nobody sold any, but the standard has it as DVD+RW. */
export const dvdPlusRwDl: Recipe = { ...dvdPlusRw, name: 'dvd+rw-dl', features: [0x3a] };
