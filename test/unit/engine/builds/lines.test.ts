import { describe, expect, it } from 'vitest';
import { stepLines } from '../../../../src/engine/builds/lines.ts';
import { parseStepName } from '../../../../src/engine/builds/stepName.ts';
import { readOutline } from '../../../../src/util/dockerfileOutline.ts';
import { replay } from './recorded.ts';

const named = (...names: string[]) => names.map((id) => ({ id, ...parseStepName(id) }));
const linesOf = (dockerfile: string, ...names: string[]) => {
  const found = stepLines(readOutline(dockerfile), named(...names));
  return names.map((name) => found.get(name)?.join('-'));
};

describe('the lines of steps', () => {
  it.each(['new-main', 'new-again'] as const)('are those of a real build: %s', (name) => {
    const { steps } = replay(name).build();
    expect(
      Object.fromEntries(
        steps.filter(({ lines }) => lines).map((step) => [step.name, step.lines?.join('-')]),
      ),
    ).toEqual({
      'FROM docker.io/library/busybox:latest': '37-37',
      '[base 2/3] RUN echo one   && echo two': '7-10',
      '[build 1/8] RUN echo triggered': '14-14',
      '[build 2/8] WORKDIR /src': '17-17',
      '[build 3/8] WORKDIR sub': '18-18',
      '[build 4/8] COPY [a.txt, b c.txt, ./]': '19-19',
      '[build 5/8] COPY --link dir /linked': '20-20',
      '[build 6/8] RUN echo "hello world 1.2" $UNSET; printf \'\\033[31mred\\033[0m\\rcr\\n\'; echo [bracket] x]':
        '21-21',
      '[build 7/8] RUN <<FILE (echo in heredoc...)': '22-25',
      '[build 8/8] COPY <<A <<B /docs/': '26-30',
      '[build 9/8] RUN ["/bin/busybox", "echo", "json"]': '31-31',
      '[nothing 1/2] COPY --from=build /src /src': '34-34',
      '[nothing 2/2] WORKDIR /work': '35-35',
      '[stage-3 2/4] COPY --from=nothing /src /all': '39-39',
      '[stage-3 3/4] COPY --from=busybox:latest /bin/busybox /bin/bb': '40-40',
      '[stage-3 4/4] RUN sleep 1; echo done': '41-41',
    });
  });

  it.each(['old-main', 'new-main', 'old-one', 'new-one', 'old-fail'] as const)(
    'are found for every instruction of %s that is a step',
    (name) => {
      const { steps } = replay(name).build();
      const numbered = steps.filter(({ index }) => index !== undefined);
      expect(numbered.length).toBeGreaterThan(2);
      expect(numbered.filter(({ lines }) => !lines)).toEqual([]);
    },
  );

  it('are told apart by number where instructions are the same', () => {
    const text = 'FROM a\nRUN make\nRUN make\nRUN make\n';
    expect(linesOf(text, '[3/4] RUN make')).toEqual(['3-3']);
    expect(linesOf(text, '[2/4] RUN make', '[4/4] RUN make')).toEqual(['2-2', '4-4']);
  });

  it('are found past instructions that are counted but have no step', () => {
    expect(
      linesOf('FROM a\nWORKDIR /\nRUN x\nWORKDIR $HOME\nRUN y', '[2/5] RUN x', '[3/5] RUN y'),
    ).toEqual(['3-3', '5-5']);
    // A base without layers, counted first, has no step either.
    expect(linesOf('FROM empty\nCOPY a b\nCOPY c d', '[1/3] COPY a b', '[2/3] COPY c d')).toEqual([
      '2-2',
      '3-3',
    ]);
  });

  it('are those of FROM for what the base triggers', () => {
    expect(
      linesOf('FROM x\nCOPY . .\nRUN y', '[2/5] ONBUILD COPY . .', '[4/5] COPY . .', '[5/5] RUN y'),
    ).toEqual(['1-1', '2-2', '3-3']);
  });

  it('are found through variables, quotes and heredocs', () => {
    const text =
      'FROM a\nARG V\nRUN get ${V:-1}.tgz "$X y" && ok\nCOPY "a b" $V/\nRUN <<E\nls\nE\n';
    expect(
      linesOf(text, '[2/4] RUN get 12.tgz "z y" && ok', '[3/4] COPY a b 12/', '[4/4] RUN <<E (ls)'),
    ).toEqual(['3-3', '4-4', '5-7']);
  });

  it('are those of both steps of a link and of a download', () => {
    const text = 'FROM a\nCOPY --link b c\nADD https://x/y z\n';
    const names = named(
      '[2/3] COPY --link b c',
      '[2/3] LINK COPY --link b c',
      '[3/3] ADD https://x/y z',
    );
    const [copy, link, add] = names;
    const again = { ...add!, id: 'file' };
    const found = stepLines(readOutline(text), [copy!, link!, add!, again]);
    expect([...found.values()].map(([first]) => first)).toEqual([2, 2, 3, 3]);
  });

  it('are each platform’s own, and the right stage’s', () => {
    const text = 'FROM a AS One\nRUN x\nFROM a\nRUN x\n';
    expect(
      linesOf(
        text,
        '[linux/amd64 one 2/2] RUN x',
        '[linux/arm64 one 2/2] RUN x',
        '[linux/arm64->amd64 stage-1 2/2] RUN x',
      ),
    ).toEqual(['2-2', '2-2', '4-4']);
    expect(linesOf(text, '[two 2/2] RUN x', '[7 2/2] RUN x', '[internal] RUN x', 'FROM b')).toEqual(
      [undefined, undefined, undefined, undefined],
    );
  });

  it('take no time for hostile input', () => {
    const text = `FROM a\n${`RUN ${'$A'.repeat(2000)}b\n`.repeat(50)}`;
    const names = Array.from({ length: 50 }, (_, i) => `[${i + 2}/51] RUN ${'a'.repeat(4000)}`);
    expect(linesOf(text, ...names)[49]).toBe('51-51');
    const long = `FROM a\n${'RUN x\n'.repeat(3000)}`;
    const many = Array.from({ length: 3000 }, (_, i) => `[${i + 2}/3001] RUN x`);
    expect(linesOf(long, ...many)[2999]).toBe('3001-3001');
  });
});
