// Scenarios that run under the shim, in a process of their own: `node sg-scenarios.mjs NAME DEVICE`. Each prints
// what it saw as one line of JSON.
import { createRequire } from 'node:module';

const { Device, alignedBuffer } = createRequire(import.meta.url)('../../native/build/Release/sg.node');

const [name, path] = process.argv.slice(2);

const opened = async () => {
  const device = new Device(path, true);
  await device.open();
  return device;
};

const cdb = (opcode, length) => Uint8Array.of(opcode, 0, 0, 0, 0, 0, 0, length >> 8, length & 0xff, 0);
const outcome = (promise) =>
  promise.then(
    ({ sense, ...answer }) => ({ ...answer, sense: [...sense] }),
    ({ code, errno, syscall, message }) => ({ code, errno, syscall, message }),
  );

const SCENARIOS = {
  'short-reply': async () => {
    const device = await opened();
    const data = new Uint8Array(100).fill(0xaa);
    const answer = await outcome(
      device.execute(Uint8Array.of(0x12, 0, 0, 0, 100, 0), 'from-drive', data, 5000),
    );
    return { answer, head: [...data.subarray(0, 5)], behind: data[36] };
  },
  sense: async () => outcome((await opened()).execute(cdb(0xee, 0), 'none', null, 5000)),
  'host-error': async () => outcome((await opened()).execute(cdb(0xf1, 0), 'none', null, 5000)),
  timeout: async () => outcome((await opened()).execute(cdb(0xf0, 0), 'none', null, 50)),
  'read-aligned': async () => {
    const device = await opened();
    const data = alignedBuffer(1024 * 1024);
    const answer = await outcome(device.execute(cdb(0x28, 512), 'from-drive', data, 5000));
    return { answer, right: data.every((byte, index) => byte === index % 251) };
  },
  'write-shared': async () => {
    const device = await opened();
    const fifo = new Uint8Array(new SharedArrayBuffer(4 * 65536));
    for (let i = 0; i < fifo.length; i += 1) fifo[i] = i >> 16;
    const chunks = [0, 1, 2, 3].map((i) => fifo.subarray(i * 65536, (i + 1) * 65536));
    return Promise.all(
      chunks.map((chunk) => outcome(device.execute(cdb(0x2a, 32), 'to-drive', chunk, 5000))),
    );
  },
  'kept-alive': async () => {
    const device = await opened();
    const writes = Array.from({ length: 50 }, (_, i) =>
      outcome(device.execute(cdb(0x2a, 32), 'to-drive', new Uint8Array(65536).fill(i), 5000)),
    );
    for (let i = 0; i < 5; i += 1) global.gc();
    return (await Promise.all(writes)).every(({ status, residual }) => status === 0 && residual === 0);
  },
  'close-while-busy': async () => {
    const device = await opened();
    const running = outcome(device.execute(cdb(0xf0, 0), 'none', null, 200));
    const waiting = outcome(device.execute(cdb(0x00, 0), 'none', null, 5000));
    // The thread takes the first command from the queue; only the second can still be called back.
    while (!(await fetchStarted())) await new Promise((resolve) => setImmediate(resolve));
    const closed = device.close();
    const rejected = await waiting;
    const answered = await running;
    await closed;
    return { rejected, answered, after: await outcome(device.execute(cdb(0x00, 0), 'none', null, 5000)) };
  },
  'exit-while-stuck': async () => {
    const device = await opened();
    void device.execute(cdb(0xf0, 0), 'none', null, 600_000);
    console.log(JSON.stringify('leaving'));
    process.exit(0);
  },
  'end-when-idle': async () => {
    const device = await opened();
    await device.execute(cdb(0x00, 0), 'none', null, 5000);
    return 'idle'; // the device stays open; the process must end by itself
  },
  'second-holder': async () => {
    await opened();
    return outcome(new Device(path, true).open());
  },
  'look-beside-holder': async () => {
    await opened();
    const look = new Device(path, false);
    await look.open();
    return outcome(look.execute(cdb(0x00, 0), 'none', null, 5000));
  },
  giants: async () => {
    const device = await opened();
    const giant = new Uint8Array(2 ** 31);
    const shapes = [
      [cdb(0x2a, 32), 'to-drive', giant, 5000],
      [new Uint8Array(5), 'none', null, 5000],
      [new Uint8Array(17), 'none', null, 5000],
      [cdb(0x28, 1), 'sideways', new Uint8Array(8), 5000],
      [cdb(0x28, 1), 'from-drive', null, 5000],
      [cdb(0x28, 1), 'from-drive', new Uint16Array(8), 5000],
      [cdb(0x00, 0), 'none', null, 0],
      [cdb(0x00, 0), 'none', null, 2 ** 32],
      [cdb(0x00, 0), 'none', null, 'soon'],
      ['not bytes', 'none', null, 5000],
      [],
    ];
    return Promise.all(shapes.map((shape) => outcome(device.execute(...shape))));
  },
};

/** Whether the drive has got a command; its file is made by the test's drive when the first one arrives. */
const fetchStarted = async () => (await import('node:fs')).existsSync(process.env.STARTED);

const result = await SCENARIOS[name]();
if (result !== undefined) console.log(JSON.stringify(result));
