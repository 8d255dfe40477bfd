import { uint24be, uint32be, uint8 } from '../../binary/codec.js';
import { type ValuesOf, bits, byte, decodeShort, layout } from '../../binary/layout.js';
import { concatenate, decodeList, encodeList } from '../../binary/list.js';

/** MMC-5 §6.24.3.1 */
const capacityListHeader = layout('Capacity List Header', 4, { capacityListLength: byte(3, uint8) });

/** MMC-5 §6.24.3.2. `descriptorType`: 1 unformatted (the maximum), 2 formatted, 3 no medium or an open session. */
export const currentCapacityDescriptor = layout('Current/Maximum Capacity Descriptor', 8, {
  numberOfBlocks: byte(0, uint32be),
  descriptorType: bits(4, 1, 0),
  blockLength: byte(5, uint24be),
});

/** MMC-5 §6.24.3.3. What the type dependent parameter means is in the table of format types, e.g. 26h for DVD+RW. */
export const formattableCapacityDescriptor = layout('Formattable Capacity Descriptor', 8, {
  numberOfBlocks: byte(0, uint32be),
  formatType: bits(4, 7, 2),
  typeDependentParameter: byte(5, uint24be),
});

export interface FormatCapacities {
  readonly current: ValuesOf<typeof currentCapacityDescriptor>;
  readonly formattable: readonly ValuesOf<typeof formattableCapacityDescriptor>[];
}

export const encodeFormatCapacities = ({ current, formattable }: FormatCapacities): Uint8Array => {
  const list = encodeList(formattableCapacityDescriptor, formattable);
  const capacityListLength = currentCapacityDescriptor.size + list.length;
  return concatenate(
    capacityListHeader.encode({ capacityListLength }),
    currentCapacityDescriptor.encode(current),
    list,
  );
};

export const decodeFormatCapacities = (reply: Uint8Array): FormatCapacities => {
  const { capacityListLength } = decodeShort(capacityListHeader, reply);
  const list = reply.subarray(capacityListHeader.size, capacityListHeader.size + capacityListLength);
  return {
    current: decodeShort(currentCapacityDescriptor, list),
    formattable: decodeList(formattableCapacityDescriptor, list.subarray(currentCapacityDescriptor.size)),
  };
};
