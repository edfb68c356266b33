import { describe, expect, it } from 'vitest';
import { createBuildReader } from '../../../../src/engine/buildEvents.ts';
import type { BuildEvent } from '../../../../src/engine/buildEvents.ts';
import { createClassicReader } from '../../../../src/engine/builds/classic.ts';
import { createBuildRecord } from '../../../../src/engine/builds/record.ts';
import { logText } from '../../../../src/engine/builds/stepLog.ts';
import { createTransferReader } from '../../../../src/engine/progress.ts';
import { request } from './recorded.ts';

const DOCKERFILE =
  'FROM a AS One\nENV x=y\nRUN make \\\n  all\nFROM b AS unused\nRUN z\nFROM one\nCOPY --from=one /o /\nONBUILD RUN t\nCMD ["sh"]\n';

/** A record of events that come a second apart. */
function play(events: readonly BuildEvent[], dockerfile?: string) {
  let now = 0;
  const clock = () => now;
  const record = createBuildRecord('ref', request, { dockerfile, now: clock });
  record.builtBy('classic');
  const reader = createClassicReader(dockerfile, clock);
  for (const event of events) {
    now += 1000;
    record.update(reader.read(event));
  }
  return record;
}

const heading = (step: number, total: number, text: string): BuildEvent => ({
  type: 'step',
  step,
  total,
  text,
});
const done = (step: number, cached = false): BuildEvent => ({ type: 'done', step, cached });

describe('the classic builder’s events', () => {
  const texts = [
    'FROM a AS One',
    'ENV x=y',
    'RUN make   all',
    'FROM one',
    'COPY --from=one /o /',
    'ONBUILD RUN t',
    'CMD ["sh"]',
  ];

  it('are steps of stages, with inputs and lines', () => {
    const events = texts.flatMap((text, at) => [heading(at + 1, 7, text), done(at + 1, at === 1)]);
    const { steps } = play(events, DOCKERFILE).build();
    expect(
      steps.map(({ name, state, inputs, lines }) => [name, state, inputs, lines?.join('-')]),
    ).toEqual([
      ['[one 1/3] FROM a AS One', 'completed', [], '1-1'],
      ['[one 2/3] ENV x=y', 'cached', ['step 1'], '2-2'],
      ['[one 3/3] RUN make   all', 'completed', ['step 2'], '3-4'],
      ['[stage-2 1/4] FROM one', 'completed', ['step 3'], '7-7'],
      ['[stage-2 2/4] COPY --from=one /o /', 'completed', ['step 4', 'step 3'], '8-8'],
      ['[stage-2 3/4] ONBUILD RUN t', 'completed', ['step 5'], '9-9'],
      ['[stage-2 4/4] CMD ["sh"]', 'completed', ['step 6'], '10-10'],
    ]);
    expect(steps[2]).toMatchObject({ started: 5000, ended: 6000, duration: 1000, stage: 'one' });
  });

  it('are those of Podman, which leaves out stages and runs triggers', () => {
    const dockerfile =
      'FROM a AS one\nENV A=b\nONBUILD RUN trig\nFROM a AS unused\nRUN z\nFROM one\nRUN two\n';
    const events: BuildEvent[] = [];
    const reader = createBuildReader((event) => events.push(event));
    for (const stream of [
      '[1/3] STEP 1/3: FROM a AS one\n',
      '[1/3] STEP 2/3: ENV A=b\n',
      '--> 841094ed6aa0\n',
      '[1/3] STEP 3/3: ONBUILD RUN trig\n',
      '--> 9d2081e58bb0\n',
      '[3/3] STEP 1/2: FROM 9d2081e58bb341e7823f65b9ab761ab534650baa87ba1d0eb59b9a9e9412fa11\n',
      '[3/3] STEP 2/3: RUN trig\n',
      '[3/3] STEP 2/3: RUN printed\n',
      '[3/3] STEP 3/3: RUN two\n',
      '--> Using cache 841094ed6aa0\n',
      '--> e184606ac0a0\n',
      '[3/3] COMMIT\n',
    ])
      reader.read({ stream });
    const record = play(events, dockerfile);
    expect(record.build().steps.map(({ name, state, lines }) => [name, state, lines?.[0]])).toEqual(
      [
        ['[one 1/3] FROM a AS one', 'completed', 1],
        ['[one 2/3] ENV A=b', 'completed', 2],
        ['[one 3/3] ONBUILD RUN trig', 'completed', 3],
        [
          '[stage-2 1/2] FROM 9d2081e58bb341e7823f65b9ab761ab534650baa87ba1d0eb59b9a9e9412fa11',
          'completed',
          6,
        ],
        ['[stage-2 2/2] RUN trig', 'completed', 6],
        ['[stage-2 3/2] RUN two', 'cached', 7],
      ],
    );
    expect(record.build().steps[3]?.inputs).toEqual(['step 3']);
    expect(logText(record.log('step 5'))).toBe('[3/3] STEP 2/3: RUN printed\n');
    expect(reader.failed(new Error('x'))).toMatchObject({ message: 'x' });
  });

  it('are numbered through when the Dockerfile isn’t known', () => {
    const { steps } = play([heading(1, 2, 'FROM a'), heading(2, 2, 'run x')]).build();
    expect(steps.map(({ name, state, inputs }) => [name, state, inputs])).toEqual([
      ['[1/2] FROM a', 'completed', []],
      ['[2/2] RUN x', 'running', ['step 1']],
    ]);
  });

  it('tell of the context, of pulls and of output', () => {
    const pull = createTransferReader();
    const layer = (status: string, current: number, total = 100): BuildEvent => ({
      type: 'pull',
      step: 1,
      progress: pull.read({ status, id: 'l1', progressDetail: { current, total } }).progress,
    });
    const record = play([
      { type: 'context', files: 1, bytes: 10 },
      { type: 'context', files: 2, bytes: 30 },
      { type: 'log', step: 0, text: 'before\n' },
      heading(1, 2, 'FROM a'),
      layer('Downloading', 40),
      layer('Download complete', 100),
      layer('Extracting', 150, 300),
      layer('Pull complete', 0),
      heading(2, 2, 'RUN x'),
      { type: 'log', step: 2, text: '🐳\n' },
    ]);
    const [context, from] = record.build().steps;
    expect(context).toMatchObject({
      name: '[internal] load build context',
      state: 'completed',
      started: 1000,
      ended: 4000,
      transfers: [{ id: 'transferring context:', current: 30 }],
    });
    expect(from?.transfers).toEqual([
      { id: 'l1', current: 100, total: 100, started: 5000, completed: 8000 },
    ]);
    expect(logText(record.log('step 2'))).toBe('🐳\n');
    expect(logText(record.log('context'))).toBe('before\n');
  });

  it('say what failed', () => {
    const record = play(
      [
        heading(1, 1, 'FROM a AS One'),
        done(1),
        heading(2, 3, 'ENV x=y'),
        heading(3, 3, 'RUN make   all'),
        {
          type: 'error',
          step: 3,
          message: "The command '/bin/sh -c make' returned a non-zero code: 2",
        },
      ],
      DOCKERFILE,
    );
    const message = 'Step 3/3 (RUN make) failed: …';
    record.finish({ state: 'failed', failure: { message, exitCode: 2 } });
    expect(record.build().steps.map(({ state }) => state)).toEqual([
      'completed',
      'completed',
      'failed',
    ]);
    expect(record.build().failure).toMatchObject({ step: 'step 3', lines: [3, 4], exitCode: 2 });
  });
});
