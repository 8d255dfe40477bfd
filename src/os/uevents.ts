import { os } from './native.js';

/** What the kernel says when a device comes, goes or changes. */
export interface Uevent {
  /** `add`, `remove`, `change`, `bind`, … */
  readonly action: string;
  /** Beneath /sys, with a leading `/`. */
  readonly devicePath: string;
  readonly subsystem: string | undefined;
  /** Beneath /dev, e.g. `sr0`. */
  readonly deviceName: string | undefined;
  /** All properties, e.g. DISK_MEDIA_CHANGE, as the kernel names them. */
  readonly properties: ReadonlyMap<string, string>;
}

const propertyOf = (text: string): [string, string] => {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
};

/** `action@devpath NUL KEY=value NUL …`, lib/kobject_uevent.c; undefined for anything else, e.g. libudev's. */
export const parseUevent = (message: Uint8Array): Uevent | undefined => {
  const [head = '', ...rest] = new TextDecoder().decode(message).split('\0');
  const [action, devicePath] = /^([a-z]+)@(\/.*)$/s.exec(head)?.slice(1) ?? [];
  if (action === undefined || devicePath === undefined) return undefined;
  const properties = new Map(rest.filter((text) => text.includes('=')).map(propertyOf));
  return {
    action,
    devicePath,
    subsystem: properties.get('SUBSYSTEM'),
    deviceName: properties.get('DEVNAME'),
    properties,
  };
};

export interface UeventWatch {
  close(): void;
}

/**
 * Follows the events of the kernel until closed; does not keep the process alive. `onLost` means that the
 * kernel dropped some: look at everything anew. Throws where there is no netlink (some containers).
 */
export const watchUevents = (onEvent: (event: Uevent) => void, onLost: () => void): UeventWatch =>
  new os.UeventSocket((message) => {
    if (message === null) {
      onLost();
      return;
    }
    const event = parseUevent(message);
    if (event) onEvent(event);
  });
