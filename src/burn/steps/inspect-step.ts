import { readMedium } from '../../drive/read-medium.js';
import { type ErrorCode, SpindleError } from '../../errors.js';
import { differences } from '../proof.js';
import type { Step } from '../step.js';
import type { Run } from './run.js';

const inspect = async (run: Run, step: Step, code: ErrorCode): Promise<void> => {
  run.medium = await readMedium(run.session);
  const found = step.expects ? differences(step.expects, run.medium) : [];
  if (found.length === 0) return;
  throw new SpindleError(code, `Unlike the plan, ${found.join('; ')}.`, {
    errors: found.map((message) => ({ pointer: '/medium', message })),
  });
};

/** Before the first block: untouched, the plan no longer fits; touched, erasing or formatting did not do its work. */
const codeOfCheck = ({ touched, plan }: Run): ErrorCode => {
  if (!touched) return 'plan-stale';
  return plan.steps.some((step) => step.do === 'blank') ? 'erase-failed' : 'format-failed';
};

/** The speed is set by then, so that the drive tells how it will record at it. */
export const checkStep = async (run: Run, step: Step): Promise<void> => {
  await inspect(run, step, codeOfCheck(run));
  run.pace = run.medium?.writePace;
};

/** Positive proof: what the drive says of the medium now is what the plan foretold. */
export const proveStep = (run: Run, step: Step): Promise<void> => inspect(run, step, 'proof-failed');
