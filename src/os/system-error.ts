/** The code of a failed system call, e.g. `ENOENT`; undefined where something else was thrown. */
export const systemErrorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
