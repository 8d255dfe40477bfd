import { z } from 'zod';

/** Something about work that goes or went well which a person should know. */
export const notice = z.strictObject({ code: z.string(), detail: z.string() }).meta({ id: 'Notice' });
export type Notice = z.infer<typeof notice>;
