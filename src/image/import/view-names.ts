import { jolietText, versionOf, withoutBareDot, withoutVersion } from '../../iso9660/shown-names.js';
import { pathText } from '../../os/path-bytes.js';
import type { IsoView } from './iso-entry.js';

/** What an identifier says, with its version. */
export const TEXT: Readonly<Record<IsoView, (identifier: Uint8Array) => string>> = {
  joliet: jolietText,
  enhanced: pathText,
  iso9660: pathText,
  'rock-ridge': pathText,
};

/** What of that a view shows. */
export const SHOWN: Readonly<Record<IsoView, (text: string, directory: boolean) => string>> = {
  joliet: withoutVersion,
  enhanced: (text) => text,
  iso9660: (text, directory) => (directory ? text : withoutBareDot(withoutVersion(text))),
  'rock-ridge': (text, directory) => SHOWN.iso9660(text, directory),
};

/** Whether readers show another version of the same name instead. */
export const isOlderVersion = (text: string, newer: string): boolean =>
  withoutVersion(text) === withoutVersion(newer) && versionOf(text) < versionOf(newer);
