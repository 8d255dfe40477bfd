import { type VolumeOptions, volumeOptions } from './request.js';

/**
 * File systems that suit a family of media. Joliet and Rock Ridge are read everywhere; a DVD has UDF 1.02 besides, which players and
 * old systems read, and BD 2.50, which its formats prescribe.
 */
const UDF_OF_FAMILY: Readonly<Record<string, VolumeOptions['udf'] | { revision: string }>> = {
  dvd: { revision: '1.02' },
  bd: { revision: '2.50' },
};

/** Options of a volume for a kind of medium, such as `dvd+rw`. */
export const volumeDefaults = (kind: string): VolumeOptions =>
  volumeOptions.parse({ udf: UDF_OF_FAMILY[kind.slice(0, kind.search(/[-+]/))] ?? false });
