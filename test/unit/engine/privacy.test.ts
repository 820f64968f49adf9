import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { clientOf, pidOf, prose } from './built';

/**
 * Watches a process's sockets: those that are not UNIX sockets, as the channel to the parent and the output pipes
 * are, in words. Looks only new ones up: the kernel's tables are slow to read, and the watch must be close.
 */
function createSocketWatch(): (pid: number) => string[] {
  const local = new Set<string>();
  return (pid) => {
    const unknown = new Set<string>();
    for (const fd of readdirSync(`/proc/${pid}/fd`)) {
      try {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (inode !== undefined && !local.has(inode)) unknown.add(inode);
      } catch {
        // Closed in the meantime.
      }
    }
    if (unknown.size === 0) return [];
    for (const inode of inodesOf(pid, 'unix', 6)) if (unknown.delete(inode)) local.add(inode);
    const network = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
      inodesOf(pid, protocol, 9).flatMap((inode) => (unknown.delete(inode) ? [`${protocol} ${inode}`] : [])),
    );
    // Neither UNIX nor bound yet: a socket that is about to be used.
    return [...network, ...[...unknown].map((inode) => `unbound ${inode}`)];
  };
}

const inodesOf = (pid: number, table: string, column: number): string[] =>
  readFileSync(`/proc/${pid}/net/${table}`, 'utf8')
    .split('\n')
    .slice(1)
    .flatMap((line) => line.trim().split(/\s+/)[column] ?? []);

if (process.platform === 'linux')
  describe('engine privacy', function () {
    this.timeout(60_000);

    it('the check itself sees sockets', async () => {
      const watch = createSocketWatch();
      const before = watch(process.pid);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const datagrams = createSocket('udp4');
      await new Promise<void>((resolve) => datagrams.bind(0, '127.0.0.1', resolve));
      try {
        const seen = watch(process.pid).filter((line) => !before.includes(line));
        assert.deepEqual(seen.map((line) => line.split(' ')[0]).sort(), ['tcp', 'udp']);
      } finally {
        server.close();
        datagrams.close();
      }
    });

    it('opens no network socket while it loads and runs, and gets no foreign environment', async () => {
      process.env['KOMPRESS_TEST_SECRET'] = 'not for the engine';
      const client = clientOf();
      const seen: string[] = [];
      const sockets = createSocketWatch();
      let checks = 0;
      const watch = setInterval(() => {
        if (client.pid === undefined) return;
        seen.push(...sockets(client.pid));
        checks++;
      }, 10);
      try {
        const result = await client.compress({ text: prose(3000), budget: { kind: 'model' } });
        assert.ok(result.report.words.kept < result.report.words.total);
        assert.ok(checks > 10, `${checks} checks`);
        assert.deepEqual(seen, []);

        const names = readFileSync(`/proc/${pidOf(client)}/environ`, 'utf8')
          .split('\0')
          .filter((entry) => entry !== '')
          .map((entry) => entry.slice(0, entry.indexOf('=')));
        const allowed = [
          'ELECTRON_RUN_AS_NODE',
          'KOMPRESS_ENGINE',
          'ORT_DISABLE_TELEMETRY',
          ...['TZ', 'LANG', 'LC_ALL', 'LC_TIME'],
          // Node's own, for the channel to the parent.
          ...['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'],
        ];
        assert.deepEqual(
          names.filter((name) => !allowed.includes(name)),
          [],
        );
        for (const name of allowed.slice(0, 3)) assert.ok(names.includes(name), name);
      } finally {
        clearInterval(watch);
        client.dispose();
        delete process.env['KOMPRESS_TEST_SECRET'];
      }
    });
  });
