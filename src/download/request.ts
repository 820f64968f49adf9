// Inside VS Code's extension host the functions `request` and `get` of node:http and node:https are patched: they go
// through the proxy of the settings `http.proxy`, `http.proxySupport` and `http.noProxy`, ask for its credentials, and
// trust the certificates of the operating system. The patch keeps off requests that bring an agent of their own.
// `globalThis.fetch` is patched as well since VS Code 1.96, but a setting of its own (`http.fetchAdditionalSupport`)
// takes that away, and it would unpack and follow redirects by itself.
import * as http from 'node:http';
import * as https from 'node:https';
import { DownloadError } from './errors';

/** How requests are made. */
export interface Transport {
  /** Whether a request may go there; asked before the first request and before every redirect is followed. */
  readonly allows: (url: URL) => boolean;
  /** Milliseconds until an answer begins, and without a byte of one that has begun. */
  readonly answerMs: number;
  readonly stallMs: number;
  /** Milliseconds to wait before each new attempt after one that got no further; as many attempts as there are. */
  readonly retryMs: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Headers by which the first host describes the file, whether it gives it or sends us on. */
  readonly named: (header: string) => string | undefined;
  readonly body: http.IncomingMessage;
  readonly host: string;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 8;

/**
 * Sends a GET request and follows its redirects, as far as the transport allows them. The body is left to the caller,
 * who has to read or destroy it.
 * @throws DownloadError with reason `redirect`, `network`, `stalled`, `server` or `cancelled`.
 */
export async function open(
  address: string,
  headers: Readonly<Record<string, string>>,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const first = new URL(address);
  const named = new Map<string, string>();
  let url = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (!transport.allows(url))
      throw new DownloadError('redirect', `sent to ${url.protocol}//${url.host}`, { host: url.host });
    const body = await send(url, headers, transport.answerMs, signal);
    const status = body.statusCode ?? 0;
    // What another host says of the file counts for nothing.
    if (url.host === first.host)
      for (const [name, value] of Object.entries(body.headers))
        if (typeof value === 'string' && !named.has(name)) named.set(name, value);
    if (!REDIRECTS.has(status))
      return { status, headers: body.headers, named: (name) => named.get(name), body, host: url.host };
    body.destroy();
    const { location } = body.headers;
    const next = location === undefined ? undefined : resolved(location, url);
    if (next === undefined)
      throw new DownloadError('server', `status ${status} without a place to go`, { host: url.host, status });
    url = next;
  }
  throw new DownloadError('server', `more than ${MOST_REDIRECTS} redirects`, { host: first.host });
}

function resolved(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base);
  } catch {
    return undefined;
  }
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  answerMs: number,
  signal: AbortSignal | undefined,
): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https;
    const sent = request(url, { method: 'GET', headers: { ...headers }, ...(signal && { signal }) });
    const late = setTimeout(
      () => sent.destroy(new DownloadError('stalled', `no answer in ${answerMs} ms`, { host: url.host })),
      answerMs,
    );
    sent.once('response', (body) => {
      clearTimeout(late);
      resolve(body);
    });
    // Stays on: an error after the answer has begun reaches the body too.
    sent.on('error', (error) => {
      clearTimeout(late);
      reject(networkError(error, url.host, signal));
    });
    sent.end();
  });
}

/** An error of a connection as a DownloadError. */
export function networkError(error: unknown, host: string, signal: AbortSignal | undefined): DownloadError {
  if (signal?.aborted === true) return new DownloadError('cancelled', 'cancelled');
  if (error instanceof DownloadError) return error;
  return new DownloadError(
    'network',
    error instanceof Error ? error.message : String(error),
    { host },
    error,
  );
}
