import { padded } from '../../binary/codec.js';
import { byte } from '../../binary/layout.js';
import { feature } from './feature.js';

/**
 * A feature of our own among the codes that are left to vendors, FF00h and up: a virtual drive that records as fast as it is sent blocks, whatever
 * speeds it lists. `vendor` says whose feature it is, since others may use the code.
 */
export const keepsNoTime = feature(
  'Keeps No Time',
  { code: 0xff00, version: 0, additionalLength: 8 },
  { vendor: byte(4, padded(8)) },
);

/** Whose the feature is. */
export const VENDOR = 'SPINDLE';
