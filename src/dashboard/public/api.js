/** RFC 9457: what the daemon refused, why, and what to do about it. */
export class ProblemError extends Error {
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const UNREACHABLE = {
  code: 'daemon-unreachable',
  status: 0,
  title: 'The daemon does not answer',
  detail: 'The page goes on trying.',
  remedy: 'If it stays like that, start the daemon or look at its log.',
};

/** An answer may be cut short, and what is in between may give one of its own. */
const read = (body) =>
  body.catch(() => {
    throw new ProblemError({ ...UNREACHABLE, detail: 'Its answer cannot be read to the end.' });
  });

const problemOf = async (response) => {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  if (isProblem) return read(response.json());
  return {
    ...UNREACHABLE,
    status: response.status,
    detail: `Something in between answered ${response.status}.`,
  };
};

/** The REST API, asked with the token that `readToken` gives. Every method throws `ProblemError`. */
export const createApi = (readToken, fetchFrom = (...args) => fetch(...args)) => {
  const send = async (method, path, body) => {
    const token = readToken();
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const request = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await fetchFrom(path, request).catch(() => {
      throw new ProblemError(UNREACHABLE);
    });
    if (!response.ok) throw new ProblemError(await problemOf(response));
    return response;
  };
  return {
    get: async (path) => read((await send('GET', path)).json()),
    post: async (path, body) => read((await send('POST', path, body)).json()),
    blob: async (path) => read((await send('GET', path)).blob()),
  };
};
