import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { clientOf, pidOf, prose } from './built';

/** Inodes of the process's open sockets that are TCP or UDP (the channel to the parent is a UNIX socket). */
function networkSockets(pid: number): string[] {
  const open = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) open.add(inode);
    } catch {
      // Closed in the meantime.
    }
  }
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((protocol) =>
    readFileSync(`/proc/${pid}/net/${protocol}`, 'utf8')
      .split('\n')
      .slice(1)
      .filter((line) => open.has(line.trim().split(/\s+/)[9] ?? ''))
      .map((line) => `${protocol} ${line.trim()}`),
  );
}

if (process.platform === 'linux')
  describe('engine privacy', function () {
    this.timeout(60_000);

    it('the check itself sees a socket', async () => {
      assert.deepEqual(networkSockets(process.pid), []);
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        assert.equal(networkSockets(process.pid).length, 1);
      } finally {
        server.close();
      }
    });

    it('opens no network socket while it loads and runs, and gets no foreign environment', async () => {
      process.env['KOMPRESS_TEST_SECRET'] = 'not for the engine';
      const client = clientOf();
      const seen: string[] = [];
      let checks = 0;
      const watch = setInterval(() => {
        if (client.pid === undefined) return;
        seen.push(...networkSockets(client.pid));
        checks++;
      }, 20);
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
