import { describe, expect, it } from 'vitest';
import type { Build, BuildStep } from '../../../../src/engine/builds/model.ts';
import { createBuildRecord } from '../../../../src/engine/builds/record.ts';
import { NO_LOG } from '../../../../src/engine/builds/stepLog.ts';
import type { StepLog } from '../../../../src/engine/builds/stepLog.ts';
import { drawBuild } from '../../../../src/engine/builds/terminal.ts';
import type { Frame, Screen } from '../../../../src/engine/builds/terminal.ts';
import { createScreen } from '../../support/screen.ts';
import { build, running, step } from './made.ts';
import { recorded, replay, request } from './recorded.ts';

/** A terminal that builds are drawn on. */
function terminal(columns = 60, rows = 12) {
  const screen = createScreen(columns, rows);
  let size = { columns, rows };
  let frame: Frame | undefined;
  return {
    screen,
    draw(
      shown: Build,
      { logs = {}, ...more }: Partial<Screen> & { logs?: Record<string, string> } = {},
      logOf?: (step: string) => StepLog,
    ) {
      const log = (id: string) => ({ ...NO_LOG, head: logs[id] ?? '' });
      const drawn = drawBuild(shown, logOf ?? log, { ...size, now: 10_000, ...more }, frame);
      ({ frame } = drawn);
      screen.write(drawn.text);
      return drawn.text;
    },
    resize(columns: number, rows: number) {
      size = { columns, rows };
      screen.resize(columns, rows);
    },
  };
}

const live = (steps: readonly BuildStep[]) => build(steps, { state: 'running' });

describe('the terminal of a build', () => {
  it('says in its first line that the engine does not answer', () => {
    const { draw } = terminal();
    const shown: Build = { ...live([running('a', 1000)]), unanswered: true };
    expect(draw(shown)).toContain('(0/1), the engine does not answer');
  });

  it('reads like buildx: steps with their times at the right', () => {
    const { screen, draw } = terminal();
    draw(
      live([
        step('[internal] load build context', [0, 1], {
          transfers: [
            {
              id: 'transferring context:',
              current: 2_500_000,
              total: 0,
              started: 0,
              completed: 1000,
            },
          ],
        }),
        step('[1/3] FROM busybox', [1, 1.04]),
        step('[2/3] RUN a', [2, 2], { state: 'cached' }),
        running('[3/3] RUN make', 6.6),
        step('exporting to image', undefined),
      ]),
      { logs: { '[3/3] RUN make': 'one\n\x1b[32mtwo\x1b[0m\n10%\r20%' } },
    );
    expect(screen.rows()).toEqual([
      '[+] Building 10.0s (3/5)',
      ' => [internal] load build context                       1.0s',
      ' => => transferring context: 2.5 MB                     1.0s',
      ' => [1/3] FROM busybox                                  0.0s',
      ' => CACHED [2/3] RUN a                                  0.0s',
      ' => [3/3] RUN make                                      3.4s',
      ' => => # one',
      ' => => # two',
      ' => => # 20%',
    ]);
    expect(screen.cursor()).toEqual({ row: 9, column: 0, visible: true });
  });

  it('says when the engine has no BuildKit', () => {
    const { screen, draw } = terminal(80);
    const steps = [step('[1/1] RUN a', [0, 1])];
    draw({ ...live(steps), builder: 'classic' });
    expect(screen.rows()[0]).toBe(
      '[+] Building 10.0s (1/1), by the classic builder: this engine has no BuildKit',
    );
  });

  it('draws over itself, and writes only what differs', () => {
    const { screen, draw } = terminal();
    const first = step('[1/2] RUN a', [0, 1]);
    draw(live([first, running('[2/2] RUN b', 2)]), { logs: { '[2/2] RUN b': 'x\ny\n' } });
    const text = draw(live([first, step('[2/2] RUN b', [2, 4])]));
    expect(text).not.toContain('RUN a');
    expect(screen.rows()).toEqual([
      '[+] Building 10.0s (2/2)',
      ' => [1/2] RUN a                                         1.0s',
      ' => [2/2] RUN b                                         2.0s',
    ]);
    expect(screen.scrollback()).toEqual([]);
  });

  it('keeps to its height, with all that runs in it', () => {
    const { screen, draw } = terminal(60, 8);
    const steps = Array.from({ length: 20 }, (_, i) => step(`[a ${i}/22] RUN ${i}`, [i, i + 1]));
    const runs = [running('[a 20/22] RUN x', 5), running('[a 21/22] RUN y', 6)];
    for (let now = 0; now < 5; now++)
      draw(live([...steps, ...runs]), {
        now: now * 1000,
        logs: { '[a 20/22] RUN x': 'a\nb\nc\nd' },
      });
    expect(screen.scrollback()).toEqual([]);
    expect(screen.rows().map((row) => row.replace(/ +\S+s$/, ''))).toEqual(
      [
        '[+] Building 4.0s',
        ' => [a 20/22] RUN x',
        ' => => # c',
        ' => => # d',
        ' => [a 21/22] RUN y',
        ' => [a 18/22] RUN 18',
        ' => [a 19/22] RUN 19',
      ].map((row) => (row.startsWith('[+]') ? '[+] Building 4.0s (20/22)' : row)),
    );
  });

  it('says how many run that have no room', () => {
    const { screen, draw } = terminal(40, 5);
    const runs = Array.from({ length: 6 }, (_, i) => running(`[${i}/6] RUN ${i}`, i));
    draw(live(runs));
    draw(live(runs), { now: 11_000 });
    expect(screen.rows()).toEqual([
      '[+] Building 11.0s (0/6)',
      ' => … 4 more run',
      ' => [4/6] RUN 4                     7.0s',
      ' => [5/6] RUN 5                     6.0s',
    ]);
    expect(screen.scrollback()).toEqual([]);
  });

  it.each([
    [30, 6],
    [12, 3],
    [5, 2],
    [1, 1],
    [200, 50],
  ])('leaves one whole picture after a resize to %i columns and %i rows', (columns, rows) => {
    const { screen, draw, resize } = terminal(60, 12);
    const { updates } = recorded('new-one');
    const now = () => updates[0]?.at ?? 0;
    const record = createBuildRecord('x', request, { now });
    for (const [index, update] of updates.entries()) {
      record.update(update);
      if (index === 30) resize(columns, rows);
      draw(record.build(), { now: update.at }, record.log);
    }
    record.finish({ state: 'completed' });
    draw(record.build(), {}, record.log);
    const all = [...screen.scrollback(), ...screen.rows()].join('\n');
    if (columns >= 30) {
      // What was on the screen before it became lower may have scrolled out of reach.
      expect(all.replaceAll('\n', '').match(/FINISHED/g)).toHaveLength(1);
      expect(all.slice(all.lastIndexOf('[+] Building'))).toMatch(
        /RUN echo j[^]*exporting to image/,
      );
    }
    if (rows >= 12) expect(all.match(/\[\+\] Building/g)).toHaveLength(1);
  });

  it('breaks no line in a narrow terminal, and cuts wide characters whole', () => {
    const { screen, draw } = terminal(31, 10);
    draw(
      live([
        running(`[1/1] RUN echo ${'漢字'.repeat(20)}`, 0),
        running(`[1/1] RUN x🐳${'漢'.repeat(20)}`, 1),
      ]),
    );
    expect(screen.rows()).toEqual([
      '[+] Building 10.0s (0/2)',
      ` => [1/1] RUN echo 漢字漢 10.0s`,
      ` => [1/1] RUN x🐳漢漢漢漢  9.0s`,
    ]);
  });

  it('lets no name and no output move the cursor', () => {
    const { screen, draw } = terminal();
    const evil = '[1/1] RUN \x1b[2J\x1b]0;t\x07\n\r\u202e';
    draw(
      live([
        running(evil, 0, { transfers: [{ id: 'a\x1b[Hb', current: 1, total: 2, started: 0 }] }),
      ]),
      { logs: { [evil]: 'a\x1b[2Jb\x1b[10A\n\x1b]0;t\x07c\x07\x1b[31md' } },
    );
    expect(screen.rows().slice(1)).toEqual([
      ' => [1/1] RUN \\u001b[2J\\u001b]0;t\\u0007  \\u202e        10.0s',
      ' => => a\\u001b[Hb 1 B / 2 B                            10.0s',
      ' => => # ab',
      ' => => # cd',
    ]);
  });

  it('leaves all of a finished build in the scrollback', () => {
    const { screen, draw } = terminal(100, 6);
    const record = replay('new-main');
    const { updates } = recorded('new-main');
    const under = createBuildRecord('x', request, { now: () => updates[0]?.at ?? 0 });
    for (const update of updates) {
      under.update(update);
      draw(under.build(), { now: update.at }, under.log);
    }
    expect(screen.scrollback()).toEqual([]);
    const text = draw(record.build(), {}, record.log);
    expect(text).toContain('\x1b[34m => [build 2/8] WORKDIR /src');
    const all = [...screen.scrollback(), ...screen.rows()];
    expect(all[0]).toMatch(/^\[\+\] Building \d+\.\ds \(23\/23\) FINISHED$/);
    expect(all.filter((row) => row.startsWith('[+]'))).toHaveLength(1);
    for (const { name, instruction } of record.build().steps)
      expect(all.join('\n'), name).toContain(instruction.slice(0, 30));
    expect(all.join('\n')).toMatch(
      / => exporting to image .*\n => => exporting layers .*\n => => writing image sha256:/,
    );
    expect(all.at(-1)).toMatch(/^ - Empty continuation line .*\(line 10\)$/);
  });

  it('shows what failed: its output, the lines of the Dockerfile, the error', () => {
    const { screen, draw } = terminal(70, 30);
    const record = replay('new-fail');
    const { dockerfile } = recorded('new-fail');
    draw(record.build(), { dockerfile: { name: 'Dockerfile.fail', text: dockerfile } }, record.log);
    const rows = screen.rows();
    expect(rows).toContainEqual(
      expect.stringMatching(/^ => ERROR \[3\/4\] RUN echo out; .* \d\.\ds$/),
    );
    expect(rows.slice(rows.indexOf('------'), -2)).toEqual([
      '------',
      ' > [3/4] RUN echo out; echo err >&2;   exit 7:',
      'out',
      'err',
      '------',
      'Dockerfile.fail:3',
      '--------------------',
      '   2 |     RUN echo fine',
      '   3 | >>> RUN echo out; echo err >&2; \\',
      '   4 | >>>   exit 7',
      '   5 |     RUN echo never',
      '--------------------',
    ]);
    expect(rows.at(-2)).toMatch(/^ERROR: process "\/bin\/sh -c echo out/);
  });

  it('says what a step did without as the messages do', () => {
    const { screen, draw } = terminal(100, 20);
    const failed = step('[a 1/1] COPY --from=b /x /y', [0, 1], { state: 'failed' });
    const missing = { message: 'It is not there.', missing: '/x' };
    const failure = { ...missing, step: failed.id, lines: [2, 2] as const };
    draw(build([failed], { state: 'failed', ended: 1000, failure }));
    expect(screen.rows().join('\n')).toContain(
      'ERROR: COPY --from=b /x /y on line 2: b has no /x.',
    );
  });

  it('tells the line of each warning, once', () => {
    const { screen, draw } = terminal(70, 12);
    const warnings = [
      { message: 'FromAsCasing: casing do not match (line 1)', detail: [], lines: [1, 1] as const },
      { message: 'old words of an engine', detail: [], lines: [4, 4] as const },
      { message: 'of no line', detail: [] },
    ];
    draw(build([step('[1/1] RUN x', [0, 1])], { warnings, ended: 1000 }));
    expect(screen.rows().filter((row) => row.startsWith(' - '))).toEqual([
      ' - FromAsCasing: casing do not match (line 1)',
      ' - old words of an engine (line 4)',
      ' - of no line',
    ]);
  });

  it('says that it was cancelled', () => {
    const { screen, draw } = terminal();
    draw(
      build([step('[1/1] RUN x', [0, 1], { state: 'cancelled' })], {
        state: 'cancelled',
        ended: 1000,
      }),
    );
    expect(screen.rows()).toEqual([
      '[+] Building 1.0s (1/1) CANCELLED',
      ' => CANCELED [1/1] RUN x                                1.0s',
    ]);
  });
});
