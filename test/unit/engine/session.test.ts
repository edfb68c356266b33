import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createSession } from '../../../src/engine/session.ts';

describe('a session', () => {
  it('leaves no listener behind for what was written while there was no room', async () => {
    let taken = () => {};
    const socket = new Duplex({
      highWaterMark: 1,
      read() {},
      write: (_chunk, _encoding, done) => void (taken = done),
    });
    const session = createSession(socket, {
      tty: true,
      resize: async () => {},
      conclude: async () => ({ exitCode: 0, detached: false, message: undefined }),
    });
    const listeners = () =>
      ['drain', 'close', 'error'].map((event) => socket.listenerCount(event)).join();
    const before = listeners();
    for (let n = 0; n < 3; n++) {
      const writing = session.write('too much');
      setImmediate(taken);
      await writing;
    }
    expect(listeners()).toBe(before);
    // And the end of the connection ends the wait as well.
    const writing = session.write('too much');
    session.close();
    await writing;
  });
});
