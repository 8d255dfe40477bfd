// The other thread of the FIFO tests: writes `total` bytes of a known sequence in pieces of the given sizes.
import { parentPort, workerData } from 'node:worker_threads';
import { fifoProducer } from '../../dist/worker/fifo.js';

const { memory, total, pieces } = workerData;
const producer = fifoProducer(memory, () => parentPort.postMessage('wake'));
let written = 0;
for (let turn = 0; written < total; turn += 1) {
  const view = producer.reserve(Math.min(pieces[turn % pieces.length], total - written));
  if (view === undefined) break;
  for (let index = 0; index < view.length; index += 1) view[index] = (written + index) % 251;
  producer.commit(view.length);
  written += view.length;
}
producer.end();
parentPort.postMessage({ written });
