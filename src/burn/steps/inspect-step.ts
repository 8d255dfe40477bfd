import { readMedium } from '../../drive/read-medium.js';
import { type ErrorCode, SpindleError } from '../../errors.js';
import { differences } from '../proof.js';
import type { Step } from '../step.js';
import type { Run } from './run.js';

/** What nobody knew whether it was done, was not. */
const unlikePlan = (found: readonly string[], code: ErrorCode, doubt?: SpindleError): SpindleError => {
  const detail = `Unlike the plan, ${found.join('; ')}.`;
  return new SpindleError(doubt?.code ?? code, doubt ? `${doubt.message} ${detail}` : detail, {
    errors: found.map((message) => ({ pointer: '/medium', message })),
    ...(doubt?.scsi && { cause: doubt, scsi: doubt.scsi }),
  });
};

const inspect = async (run: Run, step: Step, code: ErrorCode): Promise<void> => {
  run.medium = await readMedium(run.session);
  const found = step.expects ? differences(step.expects, run.medium) : [];
  if (found.length === 0) return;
  throw unlikePlan(found, code, run.doubt);
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
