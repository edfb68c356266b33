// Runs inside the network namespace of an engine: takes connections on a unix socket, reads a port number in the
// first line, and passes the rest on to that port of 127.0.0.1. Ends when its standard input does.
import { createConnection, createServer } from 'node:net';

const [, , path] = process.argv;

const server = createServer({ allowHalfOpen: true }, (near) => {
  near.on('error', () => near.destroy());
  let head = Buffer.alloc(0);
  near.on('readable', function read() {
    const chunk = near.read();
    if (chunk === null) return;
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf(10);
    if (end < 0) return;
    near.off('readable', read);
    near.unshift(head.subarray(end + 1));
    const port = Number(head.subarray(0, end).toString());
    const far = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    near.pipe(far).pipe(near);
  });
});
server.listen(path);

process.stdin.resume();
process.stdin.on('end', () => process.exit());
