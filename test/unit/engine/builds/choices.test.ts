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

test('any text is taken', () => {
  expect(choicesOf('')).toEqual({ targets: [], args: [] });
  expect(choicesOf('ARG\nFROM\nARG =\n').args).toEqual([]);
});
