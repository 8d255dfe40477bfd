/** Close codes with which a daemon may send a client away: it stops, or the client was too slow. */
const FORESEEN = new Set([1000, 1001, 1005, 1006, 4408, 4410]);

/** One WebSocket that comes, goes and comes again with what it has heard last. */
class EventSocket {
  last;
  #open;
  #log;
  #client;
  #onFault;
  /** Frames that were heard before the long poll had them. */
  #early = [];
  connection;
  heard = 0;

  constructor(client, log, onFault, from) {
    this.#client = client;
    this.#log = log;
    this.#onFault = onFault;
    this.last = from;
  }

  get isOpen() {
    return this.#open !== undefined;
  }

  connect() {
    const socket = this.#client.events();
    this.#open = socket;
    socket.on('error', () => undefined); // the daemon is away
    socket.on('open', () =>
      socket.send(JSON.stringify({ op: 'hello', resume: { epoch: this.#log.epoch, seq: this.last } })),
    );
    // What was on its way to one that was hung up on is not part of what the next one hears.
    socket.on('message', (data) => {
      if (this.#open === socket) this.#hear(JSON.parse(data.toString()));
    });
    socket.on('close', (code) => {
      if (this.#open !== socket) return;
      this.#open = undefined;
      this.connection = undefined;
      if (!FORESEEN.has(code)) this.#onFault(`a WebSocket was closed with ${code}`);
    });
  }

  #hear(frame) {
    if (frame.op === 'welcome') {
      this.connection = frame.connection;
      if (!frame.recovered) this.#onFault(`a WebSocket at ${this.last} was told that events are missing`);
    }
    if (frame.op === 'gap') {
      this.last = frame.to;
      if (frame.why !== 'slow-client')
        this.#onFault(`a WebSocket was told of a gap: ${JSON.stringify(frame)}`);
    }
    if (frame.op === 'error') this.#onFault(`a WebSocket was told ${JSON.stringify(frame)}`);
    if (frame.op !== 'event') return;
    if (frame.seq !== this.last + 1) this.#onFault(`WebSocket: event ${frame.seq} follows ${this.last}`);
    this.last = frame.seq;
    this.heard += 1;
    this.#early.push(frame);
  }

  /** Everything that the long poll has by now is compared. */
  settle() {
    const left = [];
    for (const frame of this.#early) {
      const found = this.#log.compare(frame);
      if (found === 'not-yet') left.push(frame);
      else if (found !== 'same')
        this.#onFault(`event ${frame.seq} is another one by WebSocket than by long poll`);
    }
    this.#early = left;
  }

  pause() {
    this.#open?.pause();
  }

  resume() {
    this.#open?.resume();
  }

  /** @param {boolean} politely */
  disconnect(politely) {
    const socket = this.#open;
    this.#open = undefined;
    this.connection = undefined;
    if (politely) socket?.close();
    else socket?.terminate();
  }
}

/** Clients of the event log that come and go. */
export const createSockets = (client, log, onFault) => {
  const sockets = [];
  return {
    list: () => sockets,
    open: () => sockets.filter((socket) => socket.isOpen),
    add: () => {
      const socket = new EventSocket(client, log, onFault, log.head);
      sockets.push(socket);
      socket.connect();
    },
    settle: () => sockets.forEach((socket) => socket.settle()),
    heard: () => sockets.reduce((sum, { heard }) => sum + heard, 0),
    close: () => sockets.forEach((socket) => socket.disconnect(true)),
  };
};
