import type { Duplex } from 'node:stream';

/**
 * Makes what isn't a socket of net a connection that http's agent can use: which methods of a socket it calls, and when,
 * differs between versions of Node.js.
 * @param uses what is to keep the process alive while a request uses the connection
 */
export function asSocket(duplex: Duplex, uses?: { ref(): void; unref(): void }): Duplex {
  const same = () => duplex;
  return Object.assign(duplex, {
    setKeepAlive: same,
    setNoDelay: same,
    setTimeout: same,
    ref() {
      uses?.ref();
      return duplex;
    },
    unref() {
      uses?.unref();
      return duplex;
    },
  });
}
