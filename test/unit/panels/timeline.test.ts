import { describe, expect, test } from 'vitest';
import type { Build } from '../../../src/engine/builds/model.ts';
import { courseOf } from '../../../src/panels/course.ts';
import { panelHtml } from '../../../src/panels/html.ts';
import { tailOf } from '../../../src/panels/logTail.ts';
import { difference, engineNow, snapshot } from '../../../src/panels/timelineModel.ts';
import type { Snapshot } from '../../../src/panels/timelineModel.ts';
import {
  BEGIN,
  LINT,
  NPM_CI,
  completed,
  failed,
  idOf,
  large,
  made,
  runningAt,
} from '../../webview/support/build.ts';

const taken = (build: Build, before?: Snapshot) =>
  snapshot(build, courseOf(build, BEGIN + 99_000), before);

describe('what the Timeline is told', () => {
  test('is the whole build at first', () => {
    const message = difference(undefined, taken(completed), BEGIN);
    expect(message).toMatchObject({
      type: 'build',
      head: { name: 'shop/web:1.4', dockerfile: 'Dockerfile', state: 'completed' },
    });
    expect(message?.type === 'build' && message.steps.length).toBe(completed.steps.length);
  });

  test('says of the build of somebody else that it is one', () => {
    expect(taken(completed).head.elsewhere).toBeUndefined();
    expect(taken({ ...completed, elsewhere: true }).head.elsewhere).toBe(true);
  });

  test('says why steps cannot be read, until they can', () => {
    const bare: Build = { ...completed, steps: [] };
    const failing = snapshot(bare, courseOf(bare), undefined, 'It broke off.');
    expect(failing.head.problem).toBe('It broke off.');
    const message = difference(failing, taken(completed, failing), BEGIN);
    expect(message).toMatchObject({ type: 'change', head: { state: 'completed' } });
    expect(JSON.stringify(message)).not.toContain('It broke off.');
  });

  test('says with which exit code a command ended, without the command', () => {
    const message =
      'process "/bin/sh -c npm run\nlint" did not complete successfully: exit code: 1';
    const failure = { message, step: idOf(LINT), exitCode: 1 };
    const steps = failed.steps.map((step) =>
      step.id === failure.step ? { ...step, error: message } : step,
    );
    const { head, steps: sent } = taken({ ...failed, steps, failure });
    expect(head.failure).toMatch(/^RUN npm run lint on line \d+ ended with exit code 1\.$/);
    expect(sent.get(failure.step)?.step.error).toBe('exit code 1');
  });

  test('is nothing where nothing changed, though all objects are new', () => {
    const copy = JSON.parse(JSON.stringify(completed)) as Build;
    expect(difference(taken(completed), taken(copy), BEGIN)).toBeUndefined();
  });

  test('is the step that changed, and nothing else', () => {
    const before = large(500);
    const steps = before.steps.map((step, place) =>
      place === 317 ? { ...step, logBytes: step.logBytes + 1 } : step,
    );
    const first = taken(before);
    const message = difference(first, taken({ ...before, steps }, first), BEGIN);
    expect(message).toMatchObject({ type: 'change', steps: [{ id: idOf(317) }] });
    expect(JSON.stringify(message).length).toBeLessThan(500);
  });

  test('is a head that changed with no step', () => {
    const build = runningAt(43);
    const now = taken({ ...build, state: 'cancelled', ended: BEGIN + 44_000, steps: build.steps });
    expect(difference(taken(build), now, BEGIN)).toMatchObject({
      type: 'change',
      head: { state: 'cancelled' },
    });
  });

  test('is all of it again when a step is gone or another build is shown', () => {
    const less = { ...completed, steps: completed.steps.slice(1) };
    expect(difference(taken(completed), taken(less), BEGIN)?.type).toBe('build');
    const other = { ...completed, id: 'build-2' };
    expect(difference(taken(completed), taken(other), BEGIN)?.type).toBe('build');
  });

  test('has steps that nobody ended end with their build', () => {
    const { steps, ...rest } = runningAt(43);
    const lost = taken({ ...rest, steps, state: 'failed', ended: BEGIN + 50_000 });
    const running = steps.find(({ state }) => state === 'running');
    expect(lost.steps.get(running?.id ?? '')?.step).toMatchObject({
      state: 'cancelled',
      ended: BEGIN + 50_000,
      duration: BEGIN + 50_000 - (running?.since ?? 0),
    });
  });

  test('has long instructions cut', () => {
    const build = made([{ name: `[1/1] RUN ${'x'.repeat(100_000)}` }]);
    expect(JSON.stringify(difference(undefined, taken(build), BEGIN)).length).toBeLessThan(5000);
  });

  test('has the time of the engine, whose clock differs', () => {
    expect(engineNow({ ...completed, skew: -3000 }, 10_000)).toBe(13_000);
    expect(engineNow(completed, 10_000)).toBe(10_000);
  });
});

describe('the course of a build', () => {
  test('has lanes for what goes before, for the stages and for the result', () => {
    expect(courseOf(completed).lanes.map(({ name }) => name)).toEqual([
      'Preparation',
      'deps',
      'build',
      'Stage 2',
      'Result',
    ]);
  });

  test('names the platform where there are several', () => {
    const build = made([
      { name: '[linux/amd64 build 1/1] RUN make' },
      { name: '[linux/arm64 build 1/1] RUN make' },
    ]);
    expect(courseOf(build).lanes.map(({ name }) => name)).toEqual([
      'build (linux/amd64)',
      'build (linux/arm64)',
    ]);
  });

  test('has the critical path and what to fix first', () => {
    const { critical, advice } = courseOf(completed);
    expect(critical).toContain(idOf(NPM_CI));
    expect(critical.at(-1)).toBe(idOf(completed.steps.length - 1));
    expect(advice).toHaveLength(3);
    expect(advice[0]).toMatchObject({ step: idOf(NPM_CI) });
    expect(advice[0]?.text).toMatch(/npm ci .*took 21.4 s/);
  });

  test('says of a quick build that there is little to gain, whatever its steps took', () => {
    const lasting = (ran: number) => courseOf(made([{ name: '[1/1] RUN make', at: 0, ran }]));
    expect(lasting(2.9)).toMatchObject({ advice: [], quick: true });
    expect(lasting(3)).not.toHaveProperty('quick');
    expect(lasting(3).advice).toHaveLength(1);
    expect(courseOf(failed)).not.toHaveProperty('quick');
    // Before its steps are known nothing is.
    expect(courseOf(made([]))).not.toHaveProperty('quick');
  });

  test('gives no advice on speed to a build that failed or still runs', () => {
    expect(courseOf(failed).advice).toEqual([]);
    expect(courseOf(runningAt(43)).advice).toEqual([]);
    expect(courseOf(failed).critical).toContain(idOf(LINT));
  });
});

describe('the tail of a log', () => {
  test('is its last twelve lines as plain text', () => {
    const output = Array.from({ length: 40 }, (_, n) => `line ${n}`).join('\n');
    expect(tailOf(`${output}\n`).split('\n')).toEqual(
      Array.from({ length: 12 }, (_, n) => `line ${n + 28}`),
    );
  });

  test('has no escape sequences, and of a line that was written over the last state', () => {
    expect(
      tailOf('\u001b[1;31merror\u001b[0m \u001b]0;title\u0007here\n10 %\r55 %\r100 %\r\n'),
    ).toBe('error here\n100 %');
  });

  test('has long lines cut', () => {
    expect(tailOf('x'.repeat(1_000_000)).length).toBeLessThan(400);
  });
});

describe('the page of a panel', () => {
  const html = panelHtml({
    title: '"><img src=x onerror=alert(1)>',
    script: 'https://x/timeline.js',
    style: 'https://x/timeline.css',
    nonce: 'abc123',
    source: 'https://*.vscode-cdn.net',
  });

  test('allows one script, the styles that are shipped, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'nonce-abc123'");
    expect(policy).not.toMatch(/unsafe|\*(?!\.)|data:|img-src|connect-src/);
  });

  test('takes names as text, and has nothing inline', () => {
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/ style=|<style| on\w+="/);
    expect(html.match(/<script/g)).toHaveLength(1);
  });
});
