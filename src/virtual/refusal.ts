import { encodeSense } from '../scsi/sense.js';

/** How a command ends with CHECK CONDITION; sense as the standard prints it, e.g. `5/21/02`. */
export interface SenseReport {
  readonly sense: string;
  /** It belongs to an earlier command (response code 71h). */
  readonly deferred?: boolean;
  /** From 0 to 1, while a long operation runs. */
  readonly progress?: number;
  /** The block that it is about. */
  readonly information?: number;
}

/** Thrown by whatever part of the drive cannot do what it was told; ends the command and nothing else. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly report: SenseReport;

  constructor(report: SenseReport) {
    super(report.sense);
    this.report = report;
  }
}

export const refusal = (sense: string, information?: number): Refusal =>
  new Refusal({ sense, ...(information !== undefined && { information }) });

/** INVALID FIELD IN CDB, INVALID FIELD IN PARAMETER LIST: what handlers say most. */
export const INVALID_FIELD_IN_CDB = '5/24/00';
export const INVALID_FIELD_IN_PARAMETERS = '5/26/00';

const numbersOf = (sense: string): [number, number, number] => {
  const [key = 0, asc = 0, ascq = 0] = sense.split('/').map((part) => Number.parseInt(part, 16));
  return [key, asc, ascq];
};

/** In the fixed format, as drives send it. */
export const senseBytes = ({ sense, deferred = false, progress, information }: SenseReport): Uint8Array => {
  const [key, asc, ascq] = numbersOf(sense);
  return encodeSense({
    key,
    asc,
    ascq,
    deferred,
    ...(progress !== undefined && { progress }),
    ...(information !== undefined && { information: information >>> 0 }),
  });
};
