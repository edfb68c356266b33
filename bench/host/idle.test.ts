import { strict as assert } from 'node:assert';
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { commands, extensions } from 'vscode';

const { STEVEDORE_BENCH_RESULT: result = '' } = process.env;
const SETTLE_MS = 12_000;
const IDLE_MS = 20_000;

/** Opens the tree, lets it settle, and then counts what Stevedore does while nothing happens. */
describe('an idle window', () => {
  it('is watched', async function () {
    this.timeout(SETTLE_MS + IDLE_MS + 60_000);
    const extension = extensions.getExtension('stevedore.stevedore');
    assert.ok(extension, 'Stevedore is not installed');
    assert.equal(extension.isActive, false, 'it worked before it could be watched');
    const { extensionPath } = extension;
    const timers = new Map<number, string>();
    const count = { timers: 0, processes: 0 };
    const hook = createHook({
      init(id, type) {
        if (type !== 'Timeout' && type !== 'PROCESSWRAP') return;
        const trace = { stack: '' };
        Error.captureStackTrace(trace);
        if (!trace.stack.includes(extensionPath)) return;
        if (type === 'PROCESSWRAP') count.processes += 1;
        else {
          count.timers += 1;
          timers.set(id, trace.stack);
        }
      },
      destroy: (id) => void timers.delete(id),
    });
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 100;
    hook.enable();
    try {
      await commands.executeCommand('stevedore.containers.focus');
      await sleep(SETTLE_MS);
      const opening = { ...count };
      const from = Date.now();
      await sleep(IDLE_MS);
      const until = Date.now();
      const standing = [...timers.values()];
      writeFileSync(result, JSON.stringify({ from, until, opening, all: count, standing }));
      assert.ok(extension.isActive, 'Stevedore did not start');
    } finally {
      hook.disable();
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});
