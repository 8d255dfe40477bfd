import { z } from 'zod';
import { failure } from '../errors.js';

/** Why a drive with its medium cannot do what was asked. */
export const refusal = z
  .strictObject({ code: failure.shape.code, detail: z.string() })
  .meta({ id: 'Refusal' });
export type Refusal = z.infer<typeof refusal>;
