import { describe, expect, test } from 'vitest';
import { rebuiltBy } from '../../../../src/engine/builds/rebuilt.ts';
import { readOutline } from '../../../../src/util/dockerfileOutline.ts';

const text = `FROM node AS deps
WORKDIR /app
COPY package.json .
RUN npm ci

FROM deps AS build
COPY . .
RUN npm run build

FROM scratch AS docs
COPY docs /docs

FROM nginx
LABEL a=b
COPY --from=docs /docs /srv/docs
COPY --from=build /app/dist /srv
RUN --mount=type=bind,from=deps,target=/d \\
    true
CMD ["x"]
`;
const at = (line: number, of = text) =>
  rebuiltBy(readOutline(of), line).map(([first, last]) =>
    first === last ? first : `${first}-${last}`,
  );

describe('what is rebuilt', () => {
  test('the steps after it, and the stages that start from it or copy from it', () => {
    expect(at(3)).toEqual([4, 7, 8, 16, '17-18']);
    expect(at(8)).toEqual([16, '17-18']);
    expect(at(11)).toEqual([15, 16, '17-18']);
  });

  test('all of a stage with its FROM, but not the ones that have nothing of it', () => {
    expect(at(1)).toEqual([2, 3, 4, 7, 8, 16, '17-18']);
    expect(at(10)).toEqual([11, 15, 16, '17-18']);
    expect(at(13)).toEqual([15, 16, '17-18']);
  });

  test('nothing with a label or a command, nor where no instruction is', () => {
    expect(at(14)).toEqual([]);
    expect(at(19)).toEqual([]);
    expect(at(5)).toEqual([]);
    expect(at(99)).toEqual([]);
  });

  test('with a line in the middle of an instruction as with its first', () => {
    const file = 'FROM a\nRUN b \\\n  c\nRUN d\n';
    expect(at(3, file)).toEqual([4]);
    expect(at(2, file)).toEqual([4]);
  });

  test('with a variable: what runs, and what names it', () => {
    const file = `FROM a
ENV DIR=/srv OTHER=1
COPY x /fixed
COPY y $DIR
RUN true
`;
    expect(at(2, file)).toEqual([4, 5]);
    const later = 'FROM a AS x\nARG V=1\nCOPY a b\nRUN c\nFROM x\nCOPY d e\n';
    expect(at(2, later)).toEqual([4, 6]);
    expect(at(2, 'FROM a\nENV NAME some COPY\nCOPY $COPY /x\n')).toEqual([]);
  });

  test('by the number of a stage', () => {
    expect(at(2, 'FROM a\nRUN b\nFROM c\nCOPY --from=0 /b /b\nCOPY --from=1 /x /x\n')).toEqual([
      4, 5,
    ]);
  });
});
