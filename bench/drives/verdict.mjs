/** @typedef {import('./recording.mjs').Recording['drives'][number]} DriveResult */

/** Slower than this share of the drive's speed, and it was not the load that it should have been. */
const SPEED_SHARE = 0.9;

/**
 * What is wrong with a copy that ought to be proven.
 * @param {DriveResult} result
 */
const unproven = ({ state, problem, proof }) => {
  if (state !== 'good') return [`the copy is ${state}: ${problem?.code}: ${problem?.detail}`];
  const { verify, verified, placement } = proof;
  const isComplete = verify === 'full' && verified?.blocks === placement.blocks;
  return isComplete ? [] : ['the copy was not verified in full'];
};

/**
 * What is wrong with a drive that ought to have been fed without a gap.
 * @param {DriveResult} result
 * @param {number} nominalKBps
 */
export const faultsOfSteady = (result, nominalKBps) => {
  const { statistics, proof, eventUnderruns, kBps } = result;
  const wrong = unproven(result);
  if (statistics.underruns > 0) wrong.push(`the buffer of the drive ran empty ${statistics.underruns} times`);
  if (proof?.underruns > 0 || eventUnderruns > 0) wrong.push('job or event log tell of underruns');
  if (kBps < nominalKBps * SPEED_SHARE) wrong.push(`recorded at ${Math.round(kBps)} kB/s only`);
  return wrong;
};

/**
 * What is wrong with the detection of underruns in a drive that ought to have had some.
 * @param {DriveResult} result
 */
export const faultsOfThrottled = (result) => {
  const { statistics, proof, eventUnderruns } = result;
  const wrong = unproven(result);
  if (statistics.underruns === 0) wrong.push('the buffer of the drive never ran empty');
  if (!(proof?.underruns > 0)) wrong.push('the job tells of no underruns');
  if (!(eventUnderruns > 0)) wrong.push('the event log tells of no underruns');
  return wrong;
};
