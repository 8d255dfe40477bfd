import { createActions } from './actions.js';
import { createApi, ProblemError } from './api.js';
import { keepConnected } from './connection.js';
import { render } from './dom.js';
import { followJob } from './job-detail.js';
import { page } from './page.js';
import { readRecentAttempts } from './recent-results.js';
import { keepSession } from './session.js';
import { sentenceOf } from './spoken.js';
import { reduce, UNKNOWN, visibleResources } from './state.js';
import { applyTheme, switchTheme } from './theme.js';
import { forgetToken, keepToken, readToken, takeToken } from './token.js';

/** Puts the page together: what it knows, who it asks, what a click does. */

const NOTICE_MS = 12_000;

const api = createApi(readToken);
const place = document.getElementById('page');

let noticeTimer;
let model = {
  state: UNKNOWN,
  link: { is: 'connecting' },
  route: {},
  problems: {},
  scopes: [],
  now: Date.now(),
  may: (scope) => model.scopes.includes(scope) || model.scopes.includes('admin'),
  sees: (resource) => visibleResources(model.scopes).includes(resource),
};

let isDue = false;

/** However much changes, the page is made once per frame of the screen. */
const set = (changes) => {
  model = { ...model, ...changes };
  if (changes.notice) {
    clearTimeout(noticeTimer);
    noticeTimer = setTimeout(() => set({ notice: undefined }), NOTICE_MS);
  }
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    render(place, page(model));
  });
};

const jobFollower = followJob({ api, tell: (detail) => set({ detail }) });

const take = (frame) => {
  const state = reduce(model.state, frame, visibleResources(model.scopes));
  set({ state, ...(frame.op === 'event' && { spoken: sentenceOf(frame, state) ?? model.spoken }) });
  void jobFollower.take(frame);
  if (frame.op === 'snapshot' && state.awaiting.length === 0) void learnResults();
};

/** Without it the page only knows less. */
const learnResults = async () => {
  if (!model.sees('jobs')) return;
  const attempts = await readRecentAttempts(api, model.state).catch((error) => {
    if (!(error instanceof ProblemError)) throw error;
    return [];
  });
  set({ state: reduce(model.state, { op: 'past', attempts }) });
};

const hello = () => {
  const token = readToken();
  const { position } = model.state;
  return { op: 'hello', ...(token !== undefined && { token }), ...(position && { resume: position }) };
};

const REFUSALS = {
  unauthenticated: { code: 'unauthenticated', detail: 'The token is unknown, expired or revoked.' },
  forbidden: { code: 'forbidden', detail: 'The token lacks the scope `status`.' },
};

const refuse = (problem) => {
  session.stop();
  const hadToken = readToken() !== undefined;
  forgetToken();
  set({ refused: { problem, hadToken } });
};

const onLink = (link) => {
  if (link.is === 'refused') return refuse(REFUSALS[link.why]);
  const wasLive = model.link.is === 'live';
  return set({ link, ...(wasLive && { lastLive: Date.now() }) });
};

const openSocket = () => new WebSocket(`${location.origin.replace(/^http/, 'ws')}/v1/events`);

const session = keepSession({
  api,
  readToken,
  connect: () => keepConnected({ openSocket, hello, onFrame: take, onLink }),
  onOther: () =>
    set({ state: UNKNOWN, link: { is: 'connecting' }, lastLive: undefined, detail: undefined, scopes: [] }),
  onSession: (caller) => set({ ...caller, refused: undefined }),
  onLink,
  onRefused: refuse,
});

const readRoute = () => {
  const job = /^#\/jobs\/([0-9A-Z]{26})$/.exec(location.hash)?.[1];
  set({ route: { job }, ...(job === undefined && { detail: undefined }) });
  void jobFollower.show(job);
};

model.actions = {
  ...createActions({ api, set, openJob: (id) => (location.hash = `#/jobs/${id}`) }),
  closeJob: () => (location.hash = '#/'),
  retryNow: session.retryNow,
  signIn: (token) => {
    keepToken(token);
    void session.start();
  },
  switchTheme,
  skip: (event) => {
    event.preventDefault();
    document.getElementById('main').focus();
  },
};

applyTheme();
takeToken(window);
readRoute();
addEventListener('hashchange', () => {
  if (takeToken(window)) void session.start();
  readRoute();
});
addEventListener('online', () => model.link.is === 'reconnecting' && session.retryNow());
setInterval(() => set({ now: Date.now() }), 1000);
void session.start();
