/** INVALID COMMAND OPERATION CODE, SPC-3 §4.5.6: the drive knows no such command, of whatever parameters. */
export const UNKNOWN_COMMAND = '5/20/00';
