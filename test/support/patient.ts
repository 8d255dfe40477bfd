/** How long to wait on this machine for what takes so long at most on others: the emulated one of test/rig names its factor. */
export const patient = (ms: number): number => ms * Number(process.env['RIG_PATIENCE'] ?? 1);
