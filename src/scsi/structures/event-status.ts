import { uint16be, uint8 } from '../../binary/codec.js';
import { type Layout, type ValuesOf, bits, byte, decodeShort, flag, layout } from '../../binary/layout.js';
import { concatenate } from '../../binary/list.js';

/** MMC-5 §6.7.3. `notificationClass` 0 with `noEventAvailable`: none of the classes asked for is supported. */
const eventHeader = layout('Event Header', 4, {
  eventDescriptorLength: byte(0, uint16be),
  noEventAvailable: flag(2, 7),
  notificationClass: bits(2, 2, 0),
  supportedEventClasses: byte(3, uint8),
});

/** Class 1. `eventCode`: 0 none, 1 requested, 2 changed. */
const operationalChangeEvent = layout('Operational Change Event', 4, {
  eventCode: bits(0, 3, 0),
  persistentPrevented: flag(1, 7),
  operationalStatus: bits(1, 3, 0),
  operationalChange: byte(2, uint16be),
});

/** Class 2. `powerStatus`: 1 active, 2 idle, 3 standby, 4 sleep. */
const powerManagementEvent = layout('Power Management Event', 4, {
  eventCode: bits(0, 3, 0),
  powerStatus: byte(1, uint8),
});

/** Class 3: a button of the drive. */
const externalRequestEvent = layout('External Request Event', 4, {
  eventCode: bits(0, 3, 0),
  persistentPrevented: flag(1, 7),
  externalRequestStatus: bits(1, 3, 0),
  externalRequest: byte(2, uint16be),
});

/** Class 4. `eventCode`: 0 none, 1 eject request, 2 new medium, 3 removal, 4 changed, 5 format complete, 6 format restarted. */
const mediaEvent = layout('Media Event', 4, {
  eventCode: bits(0, 3, 0),
  mediaPresent: flag(1, 1),
  doorOrTrayOpen: flag(1, 0),
  startSlot: byte(2, uint8),
  endSlot: byte(3, uint8),
});

/** Class 6. `time` in units of 100 ms. */
const deviceBusyEvent = layout('Device Busy Event', 4, {
  eventCode: bits(0, 3, 0),
  deviceBusyStatus: byte(1, uint8),
  time: byte(2, uint16be),
});

const EVENTS = {
  1: operationalChangeEvent,
  2: powerManagementEvent,
  3: externalRequestEvent,
  4: mediaEvent,
  6: deviceBusyEvent,
} as const;

/** MMC-5 §6.7.3: the classes that carry a descriptor that we know. */
type EventClass = keyof typeof EVENTS;
type EventOf<C extends EventClass> = { readonly notificationClass: C } & ValuesOf<(typeof EVENTS)[C]>;
export type MediaEvent = EventOf<4>;
type DriveEvent = { [C in EventClass]: EventOf<C> }[EventClass];

export interface EventStatus {
  /** Bit n stands for class n. */
  readonly supportedEventClasses: number;
  /** Absent when the drive supports none of the classes that it was asked for. */
  readonly event?: DriveEvent;
}

const eventLayout = (notificationClass: number): Layout<object, never> | undefined =>
  (EVENTS as Readonly<Record<number, Layout<object, never>>>)[notificationClass];

/** The length field counts what follows it: 6 with a descriptor, 2 without. */
export const encodeEventStatus = ({ supportedEventClasses, event }: EventStatus): Uint8Array => {
  const head = (length: number, notificationClass: number): Uint8Array =>
    eventHeader.encode({
      eventDescriptorLength: length,
      noEventAvailable: notificationClass === 0,
      notificationClass,
      supportedEventClasses,
    });
  if (event === undefined) return head(2, 0);
  return concatenate(
    head(6, event.notificationClass),
    EVENTS[event.notificationClass].encode(event as never),
  );
};

export const decodeEventStatus = (reply: Uint8Array): EventStatus => {
  const { noEventAvailable, notificationClass, supportedEventClasses } = decodeShort(eventHeader, reply);
  const known = eventLayout(notificationClass);
  if (noEventAvailable || known === undefined || reply.length < eventHeader.size + known.size)
    return { supportedEventClasses };
  const event = { notificationClass, ...known.decode(reply, eventHeader.size) } as DriveEvent;
  return { supportedEventClasses, event };
};
