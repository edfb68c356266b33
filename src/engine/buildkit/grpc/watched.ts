import { Duplex } from 'node:stream';

/** Of HTTP/2's frames (RFC 9113, 6.8), that by which a side gives its connection up. */
const GOAWAY = 7;
/** What a client begins with, in bytes (RFC 9113, 3.4). */
const PREFACE = 24;

/**
 * A connection as it is, that tells when our own side of HTTP/2 has given it up. Node says nothing of that: its library
 * does so for an answer that it cannot read, such as one with a header of more than 64 KiB, and calls would wait for ever.
 */
export function watched(socket: Duplex, onGivenUp: () => void): Duplex {
  const look = frameReader(PREFACE, (type) => {
    if (type === GOAWAY) setImmediate(onGivenUp);
  });
  const outer = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      look(chunk);
      socket.write(chunk, done);
    },
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy(error ?? undefined);
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    if (!outer.push(chunk)) socket.pause();
  });
  socket.on('end', () => outer.push(null));
  socket.on('error', (error) => outer.destroy(error));
  socket.on('close', () => outer.destroy());
  return outer;
}

/** Reads the types of frames in bytes that are cut anywhere, after the first `skip` of them. */
function frameReader(skip: number, onFrame: (type: number) => void): (chunk: Buffer) => void {
  let left = skip;
  let head = Buffer.alloc(0);
  return (chunk) => {
    for (let at = 0; at < chunk.length;) {
      if (left > 0) {
        const passed = Math.min(left, chunk.length - at);
        left -= passed;
        at += passed;
        continue;
      }
      const more = chunk.subarray(at, at + 9 - head.length);
      at += more.length;
      head = Buffer.concat([head, more]);
      if (head.length < 9) return;
      left = head.readUIntBE(0, 3);
      onFrame(head[3] ?? 0);
      head = Buffer.alloc(0);
    }
  };
}
