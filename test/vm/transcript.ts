import type { ApiClient } from '../support/api-client.js';

/** A command of an attempt as the transcript has it. */
export interface SentCommand {
  readonly name: string;
  readonly opcode: string;
  readonly cdb: string;
  /** `good`, or the sense of a refusal as `5/20/00`. */
  readonly end: string;
}

interface Line {
  readonly name: string;
  readonly cdb: string;
  readonly status: string;
  readonly sense?: string;
}

/** Fixed format sense data, SPC-3 §4.5.3. */
const endOf = ({ status, sense }: Line): string => {
  if (sense === undefined) return status;
  const bytes = sense.split(' ');
  return `${bytes[2]?.slice(1)}/${bytes[12]}/${bytes[13]}`;
};

/** All commands that the last attempt of a job has sent. */
export const commandsOf = async (api: ApiClient, job: string): Promise<SentCommand[]> => {
  const { bytes } = await api.get(`/v1/jobs/${job}/transcript`);
  return bytes
    .toString()
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Line)
    .map((line) => ({
      name: line.name,
      opcode: line.cdb.slice(0, 2),
      cdb: line.cdb,
      end: endOf(line),
    }));
};
