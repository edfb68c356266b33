import { describe, expect, it } from 'vitest';
import { runContainer } from '../../src/engine/containers.ts';
import { startExec } from '../../src/engine/exec.ts';
import { runExec } from '../../src/engine/shell.ts';
import { labelledSuite, SHELL_IMAGE } from './support/engine.ts';

const { client, label } = await labelledSuite('exec');

/** The command lines of a container's processes, that of the question left out. */
async function processes(id: string): Promise<string[]> {
  const list = 'for file in /proc/[0-9]*/cmdline; do cat "$file"; echo; done';
  const { stdout } = await runExec(client, id, { cmd: ['sh', '-c', list] });
  const lines = stdout.split('\n').map((line) => line.replaceAll('\0', ' ').trim());
  return lines.filter((line) => line && !/^cat |cmdline/.test(line)).sort();
}

describe('a terminal that is closed', () => {
  it('takes its shell along, and what runs in it, and nothing else', async () => {
    const { id } = await runContainer(client, {
      image: SHELL_IMAGE,
      command: ['sleep', '1000'],
      // A value of several lines stands before ours in what the script reads.
      env: ['KEY=one\ntwo'],
      labels: { [label]: '' },
    });
    const open = async (typed: string) => {
      const session = await startExec(client, id, { cmd: ['sh'], tty: true });
      await session.write(typed);
      const reading = (async () => {
        for await (const frame of session.output) void frame;
      })();
      return { session, reading };
    };
    const idle = await open('');
    const busy = await open('sleep 777\n');
    const other = await open('sleep 888\n');
    await expect
      .poll(() => processes(id))
      .toEqual(['sh', 'sh', 'sh', 'sleep 1000', 'sleep 777', 'sleep 888']);
    for (const { session, reading } of [idle, busy]) {
      session.close();
      await reading;
      expect(await session.ended).toMatchObject({ detached: true, message: undefined });
    }
    await expect
      .poll(() => processes(id), { timeout: 45_000 })
      .toEqual(['sh', 'sleep 1000', 'sleep 888']);
    other.session.close();
    await other.reading;
  });
});
