import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../src/engine/builds/redact.ts';
import { requestOf, secretValues } from '../../../../src/engine/builds/request.ts';

/** The text as it comes out when it goes in cut at every place that the cuts say. */
function stream(secrets: readonly string[], pieces: readonly string[]) {
  const { push, flush } = createRedactor(secrets).stream();
  return pieces.map(push).join('') + flush();
}

const cuts = (text: string) =>
  Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]);

describe('a redactor', () => {
  it('masks secrets wherever the text is cut', () => {
    const text = 'token=hunter22; again hunter22hunter22 hunter2';
    for (const pieces of [...cuts(text), Array.from(text)])
      expect(stream(['hunter22'], pieces)).toBe('token=***; again ****** hunter2');
  });

  it('masks all of secrets that overlap or contain each other', () => {
    for (const pieces of cuts('xabcdefghy')) {
      expect(stream(['abcd', 'abcdefgh'], pieces)).toBe('x***y');
      expect(stream(['abcdef', 'efgh'], pieces)).toBe('x***y');
      expect(stream(['xabc', 'abcdefgh'], pieces)).toBe('***y');
    }
  });

  it('masks the lines of a secret of several, and a value without the space around it', () => {
    const { text } = createRedactor(['-----KEY\nAAAABBBB\nCC\n', '  padded\n']);
    expect(text('> AAAABBBB <')).toBe('> *** <');
    expect(text('(padded)')).toBe('(***)');
    expect(text('CC')).toBe('CC');
  });

  it('takes a secret for text, not for a pattern', () => {
    expect(createRedactor(['a.*$(b']).text('a.*$(b axx$(b')).toBe('*** axx$(b');
  });

  it('leaves what is too short to be a secret, and everything without secrets', () => {
    expect(createRedactor(['', 'ab']).text('ab abc')).toBe('ab abc');
    const { push } = createRedactor([]).stream();
    expect(push('x')).toBe('x');
  });

  it('shows the beginning of a secret that turns out to be none', () => {
    const { push, flush } = createRedactor(['secret']).stream();
    expect(push('a sec')).toBe('a ');
    expect(push('ond s')).toBe('second ');
    expect(flush()).toBe('s');
    expect(flush()).toBe('');
  });

  it('masks a secret as large as the builder takes it, and each of its many lines', () => {
    const lines = Array.from({ length: 9_000 }, (_, at) => `${at}-${'value'.repeat(10)}`);
    const secret = lines.join('\n');
    const written = `begin ${secret} middle ${lines.toReversed().join('\n')} end`;
    const pieces = Array.from({ length: Math.ceil(written.length / 4096) }, (_, at) =>
      written.slice(at * 4096, (at + 1) * 4096),
    );
    const shown = stream([secret], pieces);
    expect(shown).toMatch(/^begin \*\*\*/);
    expect(shown).toMatch(/middle \*\*\*\n\*\*\*/);
    expect(shown).not.toContain('value');
  });

  it('never keeps back more than a bit', () => {
    const { push } = createRedactor(['aaaa']).stream();
    let shown = '';
    for (let i = 0; i < 40; i++) shown += push('a'.repeat(10_000));
    expect(shown).not.toBe('');
    expect(shown).not.toMatch(/a/);
  });
});

describe('what a build is asked for with', () => {
  it('is secret where it is a secret, or the password of an address', async () => {
    const options = {
      context: 'https://user:of-git@host/x.git',
      dockerfile: 'Dockerfile',
      tags: [],
      contexts: { other: 'https://user:of-other@host/y.git', lib: '/lib' },
      buildArgs: { HTTP_PROXY: 'http://user:of-proxy@proxy:3128', VERSION: '1' },
    };
    const passwords = ['of-git', 'of-other', 'of-proxy'];
    expect(await secretValues(options, {})).toEqual(passwords);
    const secrets = [{ id: 'token', env: 'TOKEN' }];
    expect(await secretValues({ ...options, secrets }, { TOKEN: 'value' })).toEqual([
      ...passwords,
      'value',
    ]);
  });
});

describe('what is kept of a build', () => {
  it.each([
    ['https://user:token@host/x.git#main', 'https://xxxxx@host/x.git#main'],
    ['https://host/x.git#a@b', 'https://host/x.git#a@b'],
    ['git@host:x.git', 'git@host:x.git'],
    ['ssh://git@host/x.git', 'ssh://git@host/x.git'],
    ['ssh://me:word@host/x.git', 'ssh://xxxxx@host/x.git'],
    ['/src/a@b', '/src/a@b'],
  ])('has no password of a context that is an address: %s', (context, kept) => {
    expect(requestOf({ context, dockerfile: 'Dockerfile', tags: [] }).context).toBe(kept);
  });
});
