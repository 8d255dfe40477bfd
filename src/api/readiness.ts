import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { type ErrorItem, isSpindleError, SpindleError } from '../errors.js';
import { refuseExchanged } from '../fleet/refuse-exchanged.js';
import { KEPT_FREE, mebibytes } from '../os/space.js';
import { createSpaceSurvey } from './root-space.js';
import type { ApiService } from './service.js';

type Sources = Pick<ApiService, 'store' | 'stateDirectory' | 'stopping'>;

/** What one check finds wrong, in words for anybody: they name no path of this machine. */
type Check = () => Promise<ErrorItem | undefined>;

const mayWrite = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

const stateCheck = ({ stateDirectory }: Sources): Check => {
  const spaceOf = createSpaceSurvey();
  return async () => {
    const files = [stateDirectory, path.join(stateDirectory, 'spindle.db')];
    const space = await spaceOf(stateDirectory);
    const pointer = '/stateDirectory';
    if (!space) return { pointer, message: 'The state directory is gone or does not answer.' };
    const may = await Promise.all(files.map(mayWrite));
    if (may.includes(false)) return { pointer, message: 'The state directory cannot be written.' };
    if (space.freeBytes >= KEPT_FREE) return undefined;
    const message = `${mebibytes(space.freeBytes)} are free on the disk of the state directory; ${mebibytes(KEPT_FREE)} must be.`;
    return { pointer: '/space', message };
  };
};

const databaseCheck =
  ({ store }: Sources): Check =>
  async () => {
    try {
      await store.eventLog();
      return undefined;
    } catch (error) {
      if (!isSpindleError(error)) throw error;
      return { pointer: '/database', message: `The database does not answer: ${error.code}.` };
    }
  };

/** What a daemon whose program was exchanged makes goes wrong or waits for the next one. */
const programCheck: Check = () => {
  try {
    refuseExchanged();
    return Promise.resolve(undefined);
  } catch (error) {
    if (!isSpindleError(error)) throw error;
    return Promise.resolve({ pointer: '/program', message: `${error.message} Restart the daemon.` });
  }
};

/**
 * Whether the daemon can keep what it is given. What is returned resolves where it can, and fails with `daemon-stopping`,
 * or with `daemon-not-ready`, whose `errors` name what is wrong.
 */
export const createReadiness = (sources: Sources): (() => Promise<void>) => {
  const checks = [stateCheck(sources), databaseCheck(sources), programCheck];
  return async () => {
    if (sources.stopping.aborted) throw new SpindleError('daemon-stopping', 'The daemon is stopping');
    const found = await Promise.all(checks.map((check) => check()));
    const errors = found.filter((item) => item !== undefined);
    const [first] = errors;
    if (first) throw new SpindleError('daemon-not-ready', first.message, { errors });
  };
};
