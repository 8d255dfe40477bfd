/** What computing something costs, in things that can be counted: what it takes on the clock says as much of the machine. */
export interface Work {
  /** Bytes that were copied from one array of bytes to another. */
  copied: number;
  /** Elements that arrays gave to whoever went through or copied them. */
  steps: number;
  /** Bytes of the largest array that was made. */
  largest: number;
}

type Prototype = Record<string, (this: unknown, ...args: unknown[]) => unknown>;

const arrayIterator = Object.getPrototypeOf([][Symbol.iterator]()) as Prototype;
const byteArray = Uint8Array.prototype as unknown as Prototype;

/** The class of byte arrays, which tells of how many bytes those are that are made. */
const tellingByteArrays = (tell: (bytes: number) => void): Uint8ArrayConstructor =>
  new Proxy(Uint8Array, {
    construct: (target, args, made) => {
      const array = Reflect.construct(target, args, made) as Uint8Array;
      tell(array.length);
      return array;
    },
  });

/** Counts what an action costs. Nothing else may go on meanwhile. */
export const countedWork = async (act: () => Promise<unknown>): Promise<Work> => {
  const work: Work = { copied: 0, steps: 0, largest: 0 };
  const next = arrayIterator['next']!;
  const set = byteArray['set']!;
  arrayIterator['next'] = function (...args) {
    work.steps++;
    return next.apply(this, args);
  };
  byteArray['set'] = function (...args) {
    work.copied += (args[0] as ArrayLike<unknown>).length;
    return set.apply(this, args);
  };
  const plain = globalThis.Uint8Array;
  globalThis.Uint8Array = tellingByteArrays((bytes) => {
    work.largest = Math.max(work.largest, bytes);
  });
  try {
    await act();
  } finally {
    globalThis.Uint8Array = plain;
    arrayIterator['next'] = next;
    Reflect.deleteProperty(byteArray, 'set');
  }
  return work;
};
