import { describe, expect, test } from 'vitest';
import { withMeant } from '../../../../src/engine/builds/meant.ts';
import { readOutline } from '../../../../src/util/dockerfileOutline.ts';

const message = 'Docker Hub has no image.';
const STAGES = 'FROM alpine AS Builder\nRUN make\n';

/** What is said where `image` could not be had that a Dockerfile names in the stage after `builder`. */
const saidOf = (image: string, rest: string) =>
  withMeant({ message, image }, undefined, readOutline(`${STAGES}${rest}`));

describe('an image that is none, but nearly the name of a stage', () => {
  test.each([
    ['bulider:latest', 'FROM scratch\nCOPY --from=bulider /x /x', 4],
    ['docker.io/library/bulider:latest', 'FROM scratch\nCOPY --chown=1 --from=bulider /x /x', 4],
    ['bulider:latest', 'FROM --platform=linux/arm64 bulider AS final', 3],
    ['bulider:latest', 'FROM scratch\nRUN --mount=type=bind,from=bulider,target=/m ls /m', 4],
    ['bulider:latest', 'FROM scratch\nRUN --mount=from=bulider,target=/m ls /m', 4],
    ['Bulider', 'FROM scratch\nCOPY --from=Bulider /x /x', 4],
  ])('is said to be no stage: %s in %s', (image, rest, line) => {
    const name = rest.includes('Bulider') ? 'Bulider' : 'bulider';
    expect(saidOf(image, rest)).toEqual({
      message: `No stage is called ${name}: did you mean builder? It was taken for an image. ${message}`,
      image,
      lines: [line, line],
    });
  });

  test('is said to come too late where FROM names what does', () => {
    const { message } = saidOf('final:latest', 'FROM final\nFROM scratch AS final');
    expect(message).toMatch(
      /^The stage final does not stand before the FROM that names it\. It was/,
    );
  });

  test.each([
    // Another stage, another tag, another registry, no stage of that name, one of its own name.
    ['bulid:latest', 'FROM bulid'],
    ['bulider:1', 'FROM bulider:1'],
    ['r.test/bulider:latest', 'FROM r.test/bulider'],
    ['node:latest', 'FROM node AS node'],
    ['nodes:latest', 'FROM nodes\nFROM scratch AS node'],
    ['b:latest', 'FROM scratch AS a\nFROM b'],
    ['bulider:latest', 'FROM scratch'],
  ])('is told as an image where it cannot be meant so: %s in %s', (image, rest) => {
    expect(saidOf(image, rest)).toEqual({ message, image });
  });

  test.each([
    ['biulder', `${STAGES}FROM b AS final`, 'No stage is called biulder: did you mean builder?'],
    ['test', `${STAGES}FROM b AS final`, 'No stage is called test: there are builder, final.'],
    ['test', 'FROM b', 'No stage is called test: those of the Dockerfile have no names.'],
    [
      'test',
      Array.from('abcdefgh', (name) => `FROM x AS ${name}\n`).join(''),
      'No stage is called test: there are a, b, c, d, e, f and others.',
    ],
  ])(
    'a stage to stop at that there is none of is told with those that there are: %s',
    (noStage, text, why) => {
      expect(withMeant({ message, noStage }, undefined, readOutline(text))).toEqual({
        message: why,
        noStage,
      });
    },
  );

  test('is what the builder takes it to be where the Dockerfile tells nothing', () => {
    const failure = { message, image: 'debain:latest', meant: 'debian' };
    expect(withMeant(failure, undefined, undefined).message).toBe(
      `${message} Did you mean debian?`,
    );
  });

  test.each([
    'FROM docker.io/library/bulider:latest',
    '[internal] load metadata for docker.io/library/bulider:latest',
  ])('is named by the step where the builder does not name it: %s', (instruction) => {
    const outline = readOutline(`${STAGES}FROM bulider`);
    expect(withMeant({ message, image: '' }, { instruction }, outline).message).toBe(
      'No stage is called builder: did you mean builder? It was taken for an image. Docker Hub has no image bulider:latest, or gives it to nobody who is not signed in: check its name.'.replace(
        'builder',
        'bulider',
      ),
    );
  });
});
