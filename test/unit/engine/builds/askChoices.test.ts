import { describe, expect, it } from 'vitest';
import { askChoices, mergeChoices } from '../../../../src/engine/builds/askChoices.ts';
import { choicesOf } from '../../../../src/engine/builds/choices.ts';
import { EngineError } from '../../../../src/engine/errors.ts';

const text = `ARG BASE=alpine
FROM \${BASE} AS build
ARG WHERE=/out
ARG OTHER=1
RUN --mount=type=secret,id=a --mount=type=secret,id=b make
FROM build
FROM build AS last
`;

describe('what a Dockerfile lets one choose', () => {
  const own = choicesOf(text);

  it('is what the engine says, then what only the text says', () => {
    const merged = mergeChoices(
      own,
      [
        { name: 'build', default: false, base: 'alpine', description: 'makes it' },
        { name: '1', default: false, base: 'build', description: '' },
        { name: 'last', default: true, base: 'build', description: '' },
      ],
      {
        args: [{ name: 'WHERE', value: '/given', description: 'where to' }],
        secrets: [{ id: 'b', required: true }],
        ssh: [],
        caches: [],
      },
    );
    expect(merged.targets).toEqual([
      { name: 'build', description: 'makes it' },
      { name: 'last', description: 'build' },
    ]);
    expect(merged.args).toEqual([
      { name: 'WHERE', value: '/given', description: 'where to' },
      { name: 'BASE', value: 'alpine' },
      { name: 'OTHER', value: '1' },
    ]);
    expect(merged.secrets).toEqual([
      { id: 'b', required: true },
      { id: 'a', required: false },
    ]);
  });

  it('is the text alone where the engine knows nothing', () => {
    expect(mergeChoices(own, undefined, undefined)).toEqual(own);
  });

  it('is the text alone where there is no engine, or it does not answer in time', async () => {
    const none = () => Promise.reject(new EngineError('refused', 'Nobody listens.'));
    expect(await askChoices(none, { text })).toEqual(own);
    const silent = () => new Promise<never>(() => {});
    expect(await askChoices(silent, { text })).toEqual(own);
  });

  it('is not told to whoever has left', async () => {
    const asked = askChoices(() => new Promise<never>(() => {}), {
      text,
      signal: AbortSignal.abort(),
    });
    await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
