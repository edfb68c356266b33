import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { describe, it } from 'mocha';
import { eventually } from '../pages/wait.ts';
import type { UiSession } from '../pages/ui.ts';

/** The name keeps this file behind the others, so that it judges all that they did. */
export function tests(session: UiSession): void {
  describe('the network', () => {
    it('was asked for nothing but 127.0.0.1', async () => {
      assert.deepEqual(session.window().foreignRequests, []);
      assert.equal(session.packetsOut(), 0);

      // The proof that a packet would have been counted.
      const socket = createSocket('udp4');
      socket.send('x', 9, '198.51.100.1');
      await eventually('the packet to be counted', async () => session.packetsOut() === 1);
      socket.close();
    });
  });
}
