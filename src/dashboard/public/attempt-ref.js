/** What is referred to as {job, copy, attempt} is told of as {job, copy, number}. */
export const isAttempt = (ref, told) =>
  ref?.job === told.job && ref.copy === told.copy && ref.attempt === told.number;
