import { statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';

export const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

/** What a request asked for. */
export interface Asked {
  readonly path: string;
  /** First byte of its range; undefined where it asked for all. */
  readonly from: number | undefined;
  readonly ifRange: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

export type Behaviour = (asked: Asked, response: ServerResponse) => void;

/** A real HTTP server on this machine that behaves as it is told, and remembers what it was asked. */
export class Host {
  readonly asked: Asked[] = [];
  /** Behaviours of the next requests; when there are none left, `usual`. */
  next: Behaviour[] = [];
  private constructor(
    private readonly server: Server,
    public usual: Behaviour,
  ) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { headers, url = '' } = request;
      const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
      const asked: Asked = {
        path: url,
        from: from === undefined ? undefined : Number(from),
        ifRange: headers['if-range']?.toString(),
        headers,
      };
      this.asked.push(asked);
      (this.next.shift() ?? this.usual)(asked, response);
    });
  }

  static async start(usual: Behaviour): Promise<Host> {
    const server = createServer();
    const host = new Host(server, usual);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  at(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface Served {
  readonly content: Buffer;
  readonly etag?: string | undefined;
  /** Headers that describe the file, as the host of the official files sends them. */
  readonly named?: Readonly<Record<string, string>>;
}

/** Gives a file as it should be given: whole, or the rest of it where that is asked for and the version is the same. */
export const serve =
  ({ content, etag = '"v1"', named = {} }: Served): Behaviour =>
  ({ from, ifRange }, response) => {
    const headers = { ...named, etag, 'accept-ranges': 'bytes' };
    if (from !== undefined && from >= content.length) response.writeHead(416, headers).end();
    else if (from !== undefined && (ifRange === undefined || ifRange === etag)) {
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(206, {
        ...headers,
        'content-range': range,
        'content-length': content.length - from,
      });
      response.end(content.subarray(from));
    } else response.writeHead(200, { ...headers, 'content-length': content.length }).end(content);
  };

/**
 * Gives a file up to a byte and then breaks the connection off, once it has arrived in the part: what is still under
 * way then is lost.
 */
export const breakOff =
  (served: Served, end: number, part: string): Behaviour =>
  (asked, response) => {
    const { content, etag = '"v1"', named = {} } = served;
    const from = asked.from ?? 0;
    const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === 0 ? 200 : 206, {
      ...named,
      etag,
      'content-length': content.length - from,
      ...(from === 0 ? {} : range),
    });
    response.write(content.subarray(from, end));
    whenReached(part, end, () => response.destroy());
  };

/** Acts once a file has so many bytes, or in any case after some seconds. */
export function whenReached(file: string, bytes: number, act: () => void, tries = 1000): void {
  setTimeout(() => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size >= bytes || tries === 0) act();
    else whenReached(file, bytes, act, tries - 1);
  }, 5);
}

export const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end();
