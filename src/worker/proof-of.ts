import type { Result } from '../burn/execute.js';
import type { Plan, PlanOf } from '../burn/plan.js';
import type { Ended } from './attempt-end.js';

type Proof = Record<string, unknown>;

const ofBurn = ({ options, placement }: PlanOf<'burn'>, result: Result): Proof => ({
  simulated: options.simulate,
  placement,
  ...(result.pace && { pace: result.pace }),
  blocksWritten: result.blocksWritten,
  writeMs: result.writeMs,
  underruns: result.underruns,
  ...(result.lowestFifoFill !== undefined && { lowestFifoFill: result.lowestFifoFill }),
  verify: options.simulate ? 'none' : options.verify,
  ...(result.verified && { verified: result.verified }),
  ...(result.notices.length > 0 && { notices: [...result.notices] }),
});

/** What was seen of the medium that makes the work good, by what was done. */
const PROOFS: { readonly [Do in Plan['do']]: (plan: PlanOf<Do>, result: Result) => Proof } = {
  burn: ofBurn,
  erase: ({ options }, { blocksWritten, verified }) => ({
    blank: true,
    method: options.method,
    blocksWritten,
    ...(verified && { verified }),
  }),
  format: (_plan, { medium }) => ({ formatted: medium.formatted, capacity: medium.capacity }),
  close: (_plan, { medium }) => ({ status: medium.status, sessions: medium.sessions }),
  recover: (_plan, { medium }) => ({
    status: medium.status,
    lastSession: medium.lastSession,
    sessions: medium.sessions,
  }),
  verify: ({ options, span }, { verified }) => ({
    verify: options.mode,
    span,
    ...(verified && { verified }),
  }),
  read: ({ span, gaps }, { leftOut }) => ({ span, gaps, ...(leftOut.length > 0 && { leftOut }) }),
};

/** The end of work that went well; `more` is what its materials prove. */
export const endOfResult = (plan: Plan, result: Result, more: Proof): Ended => ({
  kind: 'ended',
  result: 'good',
  proof: {
    do: plan.do,
    ...(PROOFS[plan.do] as (plan: Plan, result: Result) => Proof)(plan, result),
    ...more,
    mediumFingerprint: result.medium.fingerprint,
    ...(result.medium.recording !== undefined && { recording: result.medium.recording }),
    ...(result.unloadProblem && { unloadProblem: result.unloadProblem }),
  },
  medium: { ...result.medium },
});
