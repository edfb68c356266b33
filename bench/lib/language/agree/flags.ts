import type { Dice } from './dice.ts';
import type { Words } from './words.ts';

const STRAY =
  '--foo -- --foo=bar --mount --from --platform=x --from=a --link --"link" -x --link="true" --mount=type=cache'.split(
    ' ',
  );

/** The flags of an instruction, each with white space behind it. */
export function flags(kind: string, dice: Dice, words: Words, stages: readonly string[]): string {
  const { chance, pick, rather, odd } = dice;
  const { word, path } = words;
  const found: string[] = [];
  const add = (probability: number, make: () => string) => {
    if (chance(probability)) found.push(make());
  };
  const stage = () =>
    stages.length > 0 && !odd(0.2)
      ? chance(0.9)
        ? pick(stages)
        : pick(stages).toUpperCase()
      : rather(['alpine', 'busybox:1'], ['0', '1', '9', '$A', '', '-1', 'A']);
  const bool = () => rather(['', '=true', '=false'], ['=1', '=0', '=True', '=yes', '=', '=$A']);
  const field = () =>
    rather(
      [`source=${path()}`, `id=${word()}`, 'ro', 'readonly=true', `dst=/q${word()}`, 'src=$B'],
      [
        `type=${word()}`,
        `from=${stage()}`,
        `sharing=${pick(['shared', 'private', 'x', '$A'])}`,
        `mode=${pick(['0755', '9', '$A'])}`,
        `uid=${pick(['0', 'x', '-1', '$A'])}`,
        'gid=0',
        `size=${pick(['1m', 'x', '-1', '$A', '1.5k'])}`,
        `required${bool()}`,
        `rw${bool()}`,
        'foo=bar',
        'foo',
        '',
        'Target=/x',
        `"target=${word()}"`,
        'env=X',
        'target=$A',
      ],
    );
  const mount = () => {
    const type = pick([
      'type=cache,target=/c',
      'type=bind,target=/b',
      'target=/b',
      'type=secret,id=x',
      'type=ssh',
      'type=tmpfs,target=/t',
    ]);
    const from = chance(0.3) ? `,from=${stage()}` : '';
    return `--mount=${odd(0.1) ? field() : type}${type.includes('/b') ? from : ''}${chance(0.3) ? `,${field()}` : ''}`;
  };
  if (kind === 'RUN') {
    add(0.25, mount);
    add(0.1, mount);
    add(0.04, () => `--network=${rather(['none', 'host', 'default'], ['x', '$A', ''])}`);
  }
  if (kind === 'COPY' || kind === 'ADD') {
    add(0.1, () => `--chown=${pick(['1:1', 'a:b', '$A', word()])}`);
    add(
      0.1,
      () => `--chmod=${rather(['755', '0644', 'u=rwX', 'a+x,u-w', '${A:-7}'], ['$A', 'x', '99'])}`,
    );
    add(0.1, () => `--link${bool()}`);
    add(0.05, () => `--exclude=${word()}`);
  }
  if (kind === 'COPY') add(0.3, () => `--from=${stage()}`);
  if (kind === 'ADD') add(0.05, () => `--keep-git-dir${bool()}`);
  if (kind === 'FROM')
    add(
      0.2,
      () =>
        `--platform=${rather(['$BUILDPLATFORM', '$TARGETPLATFORM', '${TARGETPLATFORM}', 'linux/amd64', '"linux/amd64"', 'linux'], ['$A', 'x', 'a/b/c/d', '', '${TARGETPLATFORM:-x}', word()])}`,
    );
  if (kind === 'HEALTHCHECK') {
    for (const name of ['interval', 'timeout', 'start-period', 'start-interval'])
      add(
        0.15,
        () => `--${name}=${rather(['1s', '0', '5m30s', '1.5s'], ['1', '-1s', '1us', 'x', ''])}`,
      );
    add(0.15, () => `--retries=${rather(['3', '0'], ['-1', 'x', '+1', ''])}`);
  }
  if (odd(0.03)) found.push(pick(STRAY));
  return found.map((flag) => flag + (chance(0.9) ? ' ' : pick(['  ', '\t']))).join('');
}
