import type { Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../../src/engine/client.ts';
import { readFile } from '../../../../src/engine/containerFiles/changing.ts';
import { placeOf } from '../../../../src/engine/containerFiles/place.ts';
import { bodyOf, serveEngine } from '../support/servers.ts';

/** What `stat` says of a path: its mode, and its size. */
const file = (size: number) => `81a4 ${size} 0 0 0`;
const device = '21b6 0 0 0 0';

function frame(content: string | Buffer): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, Buffer.from(content)]);
}

/** Waits until the other side has left a connection. */
const end = (socket: Socket) =>
  new Promise((resolve) => {
    socket.resume().once('end', resolve).once('close', resolve);
  });

/**
 * A running container with a `stat` that says this, and a `cat`, which may be busybox's alone. `ran` has the programs that were
 * run, with their arguments.
 */
async function container(
  said: string | undefined,
  cat: (socket: Socket) => void = () => {},
  busybox = false,
) {
  const ran: string[] = [];
  const { endpoint } = await serveEngine({
    async onRequest(request, response) {
      const answer = async () => {
        if (request.url?.endsWith('/containers/c1/json')) return { State: { Running: true } };
        if (request.url?.includes('/exec/none/')) return { ExitCode: 127 };
        if (request.method === 'GET') return { ExitCode: said === undefined ? 1 : 0 };
        const { Cmd } = JSON.parse(await bodyOf(request)) as { Cmd: string[] };
        ran.push(Cmd.join(' '));
        if (Cmd[0] === 'cat' && busybox) return { Id: 'none' };
        return { Id: Cmd.includes('cat') && Cmd.at(-1) !== '/dev/null' ? 'cat' : 'other' };
      };
      response.end(JSON.stringify(await answer()));
    },
    onUpgrade(request, socket) {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      if (request.url?.includes('/exec/cat/')) cat(socket);
      else if (request.url?.includes('/exec/none/')) socket.end(frame('exec: not found'));
      else socket.end(frame(said ?? ''));
    },
  });
  const client = await connect(endpoint);
  onTestFinished(() => client.close());
  return { place: await placeOf(client, 'c1'), ran };
}

it('a device is refused before it is read, as is what is not there', async () => {
  const zero = await container(device, (socket) => socket.end(frame('\0')));
  await expect(readFile(zero.place, '/dev/zero')).rejects.toMatchObject({
    reason: 'bad-request',
    message: '“/dev/zero” is not a file.',
  });
  const none = await container(undefined);
  await expect(readFile(none.place, '/dev/none')).rejects.toMatchObject({ reason: 'not-found' });
  expect([...zero.ran, ...none.ran].filter((cmd) => cmd.startsWith('cat'))).toEqual([]);
});

it('a file comes piece by piece, and leaving it ends the program', async () => {
  const closed: Promise<unknown>[] = [];
  const { place } = await container(file(3_000_000_000), (socket) => {
    closed.push(end(socket));
    socket.write(frame('first'));
  });
  const { size, content, close } = await readFile(place, '/dev/shm/large');
  expect(size).toBe(3_000_000_000);
  for await (const piece of content) {
    expect(piece.toString()).toBe('first');
    break;
  }
  await close();
  expect(closed.length).toBe(1);
  await closed[0];
});

it.each([
  { busybox: false, called: 'cat /proc/cpuinfo' },
  { busybox: true, called: 'busybox cat /proc/cpuinfo' },
])('a file of the kernel that says that it is empty is read to its end by $called', async (has) => {
  const answer = (socket: Socket) => socket.end(frame('cpu 0'));
  const { place, ran } = await container(file(0), answer, has.busybox);
  const { content } = await readFile(place, '/proc/cpuinfo');
  const parts: string[] = [];
  for await (const piece of content) parts.push(piece.toString());
  expect(parts.join('')).toBe('cpu 0');
  expect(ran.at(-1)).toBe(has.called);
});

it('a file without an end is not read for ever', async () => {
  const closed: Promise<unknown>[] = [];
  const { place } = await container(file(5), (socket) => {
    closed.push(end(socket));
    const more = () => {
      while (socket.writable && socket.write(frame(Buffer.alloc(1_000_000))));
    };
    socket.on('drain', more);
    more();
  });
  const { content } = await readFile(place, '/proc/endless');
  let bytes = 0;
  const reading = (async () => {
    for await (const piece of content) bytes += piece.length;
  })();
  await expect(reading).rejects.toMatchObject({ reason: 'conflict' });
  expect(bytes).toBeLessThan(100_000_000);
  await closed[0];
});
