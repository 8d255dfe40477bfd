import { type Sense, formatSense } from '../scsi/sense.js';

/** Whether sense like 5/24/00 fits a pattern like `5/24/*`; a deferred error fits none: it is about something else. */
export const fitsSense = (pattern: string, sense: Sense): boolean => {
  const wanted = pattern.split('/');
  const found = formatSense(sense).split('/');
  return !sense.deferred && wanted.every((part, index) => part === '*' || part === found[index]);
};
