import { readFileSync } from 'node:fs';

/** Of this start of the machine, another one after each: Linux, Documentation/admin-guide/sysctl/kernel.rst, "random". */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
