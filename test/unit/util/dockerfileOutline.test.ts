import { expect, it } from 'vitest';
import { readOutline } from '../../../src/util/dockerfileOutline.ts';

const outline = (text: string) =>
  readOutline(text).stages.map(({ name, base, from, instructions }) => [
    `${from.lines.join('-')} ${base}${name === undefined ? '' : ` as ${name}`}`,
    ...instructions.map(({ text, lines }) => `${lines.join('-')} ${text}`),
  ]);

it('divides a Dockerfile into stages and instructions', () => {
  expect(
    outline(
      '\uFEFF# c\nARG V=1\n\nfrom --platform=$P node:20 as Build\nRUN a \\\n  # c\n\n  && b\r\n\nFROM build\nENV x=y',
    ),
  ).toEqual([
    ['4-4 node:20 as build', '5-8 RUN a   && b'],
    ['10-10 build', '11-11 ENV x=y'],
  ]);
});

it('heeds the escape directive at the head only', () => {
  expect(outline('# syntax=x\n# ESCAPE = `\nFROM a\nRUN b `\n c\nRUN d \\\nRUN e')).toEqual([
    ['3-3 a', '4-5 RUN b  c', '6-6 RUN d \\', '7-7 RUN e'],
  ]);
  expect(outline('# plain\n# escape=`\nFROM a\nRUN b `\nRUN c')).toEqual([
    ['3-3 a', '4-4 RUN b `', '5-5 RUN c'],
  ]);
});

it('takes a doubled escape at the end for none', () => {
  expect(outline('FROM a\nRUN b \\\\\nRUN c \\ \n d')).toEqual([
    ['1-1 a', '2-2 RUN b \\\\', '3-4 RUN c  d'],
  ]);
});

it('reads heredocs to their ends', () => {
  expect(
    outline(
      'FROM a\nRUN <<E cat <<-"F"\nFROM x\nE\n\tb\n\tF\nCOPY <<A <<B /\nA\nB\nONBUILD RUN <<E\n# x\nE\nRUN echo "<<E"\nRUN ["<<E"]\nCMD <<E\nRUN b<<E',
    ),
  ).toEqual([
    [
      '1-1 a',
      '2-6 RUN <<E cat <<-"F"',
      '7-9 COPY <<A <<B /',
      '10-12 ONBUILD RUN <<E',
      '13-13 RUN echo "<<E"',
      '14-14 RUN ["<<E"]',
      '15-15 CMD <<E',
      '16-16 RUN b<<E',
    ],
  ]);
});

it('is content with what never ends', () => {
  expect(outline('FROM a\nRUN <<E\nx\n')).toEqual([['1-1 a', '2-4 RUN <<E']]);
  expect(outline('FROM a\nRUN b \\')).toEqual([['1-1 a', '2-2 RUN b']]);
  expect(outline('FROM')).toEqual([['1-1 ']]);
  expect(outline('RUN a')).toEqual([]);
});
