import { expect, test } from 'vitest';
import { choicesOf } from '../../../../src/engine/builds/choices.ts';

test('targets are the stages with a name, with what their comments say of them', () => {
  const text = [
    'FROM alpine AS base',
    '# test runs the tests',
    'FROM base AS test',
    'FROM base',
    '',
  ].join('\n');
  expect(choicesOf(text).targets).toEqual([
    { name: 'base', description: 'alpine' },
    { name: 'test', description: 'runs the tests' },
  ]);
});

test('arguments come once, with default and description, and without those that builders set', () => {
  const text = [
    '# VERSION of the base image',
    'ARG VERSION=3.20',
    'ARG TARGETARCH',
    'FROM alpine:$VERSION',
    'ARG VERSION',
    'ARG GREETING="hello there" EMPTY=',
    '# Something else.',
    'ARG DEBUG',
  ].join('\n');
  expect(choicesOf(text).args).toEqual([
    { name: 'VERSION', value: '3.20', description: 'of the base image' },
    { name: 'GREETING', value: 'hello there' },
    { name: 'EMPTY', value: '' },
    { name: 'DEBUG' },
  ]);
});

test('secrets are those that mounts of steps ask for, once each, by what BuildKit knows them by', () => {
  const text = [
    'FROM alpine',
    'RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci',
    'RUN --mount=type=cache,target=/a --mount=target=/run/secrets/token,required,type=secret \\',
    '    --mount="type=secret,id=quoted" make',
    'FROM alpine',
    'RUN --mount=type=secret,id=npm,required=true --mount=type=secret,id=$ANY make',
    'RUN --mount=type=secret --mount=type=ssh,id=key make',
    'RUN --mount=type=secret,"id=a,b",env=B make',
    'COPY --mount=type=secret,id=none a b',
  ].join('\n');
  expect(choicesOf(text).secrets).toEqual([
    { id: 'npm', required: true },
    { id: 'token', required: true },
    { id: 'quoted', required: false },
    { id: 'a,b', required: false },
  ]);
});

test('any text is taken', () => {
  expect(choicesOf('')).toEqual({ targets: [], args: [], secrets: [] });
  expect(choicesOf('ARG\nFROM\nARG =\n').args).toEqual([]);
});
