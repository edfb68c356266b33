import { describe, expect, it } from 'vitest';
import { expectLinear } from './blocks.ts';

const repeat = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join('');

describe('work linear in the text', () => {
  it('is what the variables cost of stages that each stand on the last', async () => {
    const { createDockerfile } = await import('../../src/lsp/server/model/dockerfile.ts');
    const { parse } = await import('../../src/lsp/server/parser/parse.ts');
    const stage = (i: number) =>
      `FROM ${i === 0 ? 'a' : `s${i - 1}`} AS s${i}\nENV V${i}=$V${i - 1}$N\n`;
    await expectLinear((stages) => {
      const file = createDockerfile(parse(repeat(stages, stage)));
      const last = file.tree.instructions.at(-1);
      if (!last) throw new Error('no instruction');
      file.scopeAt(last);
    }, 500);
  });

  it.each([
    ['stages', (i: number) => `FROM a AS s${i}\nCOPY --from=s${i - 1} x /y\nRUN cd /x && sudo y\n`],
    [
      'instructions',
      (i: number) => `${i === 0 ? 'FROM a\n' : ''}ENV A${i}=$A${i - 1}\nRUN cd /x && y\n`,
    ],
    [
      'directories',
      (i: number) => `${i === 0 ? 'FROM alpine\n' : ''}COPY a.sh /x${i}\nWORKDIR /x${i}\n`,
    ],
    [
      'heredocs that an old syntax lacks',
      (i: number) =>
        `${i === 0 ? '# syntax=docker/dockerfile:1.3\nFROM a\n' : ''}RUN cd /x && y <<E${i} <<F\nF\n`,
    ],
    [
      'commands in exec form',
      (i: number) => `${i === 0 ? 'FROM alpine\n' : ''}CMD ["npm start $A"]\n`,
    ],
    [
      'commands of stages that each stand on the last',
      (i: number) => `FROM ${i === 0 ? 'alpine' : `s${i - 1}`} AS s${i}\nCMD ["npm start $A"]\n`,
    ],
    [
      'lines that begin as instructions do',
      (i: number) => `${i === 0 ? 'FROM a\nRUN x' : ''} \\\nCOPY a b`,
    ],
    [
      'one instruction',
      (i: number) => `${i === 0 ? 'FROM a\nRUN x' : ''} && \\\n apt-get install y$X`,
    ],
  ])('is what all rules cost, of %s', async (_, part) => {
    const { reported } = await import('../unit/lsp/lint/reported.ts');
    const { RULES } = await import('../../src/lsp/server/rules/all.ts');
    await expectLinear(
      (size) => expect(reported(repeat(size, part), undefined, RULES).length).toBeGreaterThan(0),
      300,
    );
  });

  it('is what findings in one instruction cost, where two rules find the same', async () => {
    const { finds } = await import('../unit/lsp/lint/finds.ts');
    const { reported } = await import('../unit/lsp/lint/reported.ts');
    const rules = [finds('Check', 'A_'), finds('DL1', 'B', { same: 'Check' })];
    await expectLinear((size) => {
      const pairs = repeat(size, (index) => `A_B${index}=1 `);
      expect(reported(`ENV ${pairs}\n`, undefined, rules)).toHaveLength(size * 2);
    }, 500);
  });

  it('is told from what grows with the square of it', async () => {
    const work = (size: number) => {
      let steps = 0;
      for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) steps += i ^ j;
      return steps;
    };
    await expect(expectLinear(work, 100)).rejects.toThrow(/blocks run for 100/);
  });
});
