import { SpindleError } from '../errors.js';
import { faultScript } from '../virtual/faults.js';
import type { VirtualTarget } from '../virtual/virtual-target.js';
import type { VirtualOperation } from './protocol.js';

type FaultsOperation = Extract<VirtualOperation, { kind: 'faults' }>;

const parseFaults = ({ faults }: FaultsOperation): ReturnType<typeof faultScript.parse> => {
  const parsed = faultScript.safeParse(faults);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message }));
  throw new SpindleError('schema-violation', 'The faults are not what the virtual drive knows', { errors });
};

/** Does at a virtual drive what a hand does at a real one. */
export const operateVirtualDrive = (target: VirtualTarget, operation: VirtualOperation): Promise<void> => {
  switch (operation.kind) {
    case 'insert':
      return target.insertMedium(operation.medium);
    case 'remove':
      return target.removeMedium();
    case 'faults':
      return target.setFaults(parseFaults(operation));
  }
};
