import { z } from 'zod';
import { isSpindleError } from '../errors.js';
import { type Client, listAll } from './client.js';

const named = z.looseObject({ id: z.string(), name: z.string() });

/** What may be listed by whoever asks: a token that sees jobs need not see drives. */
export const whatIsSeen = async <T>(listing: Promise<T[]>): Promise<T[]> => {
  try {
    return await listing;
  } catch (error) {
    if (isSpindleError(error) && error.code === 'forbidden') return [];
    throw error;
  }
};

/** What a drive is called; its id where nobody may tell, or it is gone. */
export type NameOfDrive = (id: string) => string;

export const namesOfDrives = async (client: Client): Promise<NameOfDrive> => {
  const drives = await whatIsSeen(listAll(client, '/v1/drives', named));
  const names = new Map(drives.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
};
