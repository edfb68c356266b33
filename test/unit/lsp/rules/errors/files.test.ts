import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../../../src/lsp/server/lint/fixes.ts';
import { createDockerfile } from '../../../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../../../src/lsp/server/parser/parse.ts';
import { extraArgument } from '../../../../../src/lsp/server/rules/errors/extraArgument.ts';
import { invalidImage } from '../../../../../src/lsp/server/rules/errors/invalidImage.ts';
import { ERROR_RULES } from '../../../../../src/lsp/server/rules/errors/rules.ts';
import { unknownMountKey } from '../../../../../src/lsp/server/rules/errors/unknownMountKey.ts';
import { unterminatedHeredoc } from '../../../../../src/lsp/server/rules/errors/unterminatedHeredoc.ts';
import { optionsOf } from '../../support/options.ts';

const options = optionsOf(undefined);

/** The kinds of error of a text, each once. */
function kinds(text: string): string[] {
  const file = createDockerfile(parse(text));
  return ERROR_RULES.filter((rule) => [...rule.check(file, options)].length > 0).map(({ id }) =>
    id.replace('build-error/', ''),
  );
}

const stage = (...lines: readonly string[]) => ['FROM alpine:3', ...lines, ''].join('\n');

describe('what the builder takes', () => {
  it.each([
    stage(),
    'from alpine:3 as a\nfrom a aS b',
    'ARG A=a\nARG B=$A\nFROM ${B}:${C:-3}',
    'FROM $BUILDPLATFORM/x',
    'FROM --platform=$BUILDPLATFORM alpine',
    'FROM --platform= alpine',
    'FROM scratch',
    '# syntax=docker/dockerfile:1 some words\nFROM a',
    ' # syntax=B\nFROM a',
    'FROM a AS b--c__d.e_f',
    'FROM my_registry.example/a',
    stage('RUN', 'CMD', 'ENTRYPOINT', 'CMD []', 'ENTRYPOINT []', 'RUN [""]', 'ONBUILD RUN []'),
    stage('RUN ["a", 1', 'CMD ["a",]', 'CMD [1e999]'),
    stage('COPY -- --from a /b', 'COPY --link a /b', 'COPY --link=FALSE a /b'),
    stage('COPY --chmod=u=rwX,go=rX a /b', 'COPY --chmod=0007777 a /b', 'COPY --chmod=$M a /b'),
    stage('COPY --exclude=a --exclude=b --parents . /x', 'ADD --unpack --keep-git-dir=true a /b'),
    stage(`ADD --checksum=0123abc https://a/b.git /x`, 'ADD a@b:c /x'),
    stage('ADD --keep-git-dir https://a/b.git?keep-git-dir=1&commit=0a#main:docs /x'),
    stage('ADD --keep-git-dir=false --checksum=0a "https://a/b.git?checksum=0a&tag=v1" /x'),
    stage(
      'ARG B=main',
      'ADD git@a:b?branch=$B#refs/heads/main /x',
      'ADD HTTPS://a/b.git?submodules=0 /x',
    ),
    stage('ADD https://a/b?ref=x&foo=y /x', 'ADD b.git?foo /x', 'ADD github.com/a/b?ref=1 /x'),
    stage('ADD https://a.git?foo /x', 'ADD --checksum=xyz github.com/a/b /x'),
    stage('HEALTHCHECK --interval=0 --retries=0 --timeout=1ms CMD x', 'HEALTHCHECK none'),
    stage('HEALTHCHECK --foo NONE', 'HEALTHCHECK NONE []', 'HEALTHCHECK --foo NONE [ ]'),
    stage(
      `RUN --mount='"type=cache","target=/x,y"' ls`,
      'RUN --mount=\\"type=cache\\",target=/x ls',
    ),
    '# escape=`\nFROM a AS x\nONBUILD HEALTHCHECK --interval=1\\s CMD x\nFROM x',
    '# escape=`\nFROM a AS x\nONBUILD ENV A=` }\nFROM b',
    '# escape=`\nFROM a AS x\nONBUILD EXPOSE 80\\\nFROM x',
    'FROM a AS x\nONBUILD EXPOSE 80\\\u00A0\nFROM x',
    '# escape=`\nFROM a AS x\nONBUILD RUN --mount=type=cache,target=/a\\ b c\nFROM x',
    stage('RUN << \uFEFFE', 'E', 'RUN <<-\uFEFF"F"', '\tF', 'RUN <<\uFEFF'),
    stage('HEALTHCHECK CMD \uFEFF', 'HEALTHCHECK CMD \uFEFF[1]', 'HEALTHCHECK CMD \u00A0x'),
    stage('COPY --from=99999999999999999999 a /b', 'COPY --from=9223372036854775808 a /b'),
    stage('STOPSIGNAL 9223372036854775807', 'STOPSIGNAL -9223372036854775808'),
    'ARG SOURCE_DATE_EPOCH=9223372036854775807\nFROM a',
    'ARG SOURCE_DATE_EPOCH\nFROM a\nARG SOURCE_DATE_EPOCH=x',
    'ARG SOURCE_DATE_EPOCH=\nARG A=12 SOURCE_DATE_EPOCH=-$A\nFROM a',
    'ARG SOURCE_DATE_EPOCH=context\nFROM a',
    'ARG SOURCE_DATE_EPOCH=X\nFROM scratch AS x\nARG A=b\nADD https://a/$A /\nFROM a',
    'FROM a AS x\nONBUILD COPY --from=y a b\nFROM x AS y\nFROM y\nCOPY --from=x a b',
    stage('ARG --foo=1 A', 'STOPSIGNAL --foo'.replace('--foo', '--x=1 15')),
    stage('EXPOSE $NOTHING', 'EXPOSE 80/TCP 127.0.0.1:80:80'),
    stage(
      'STOPSIGNAL rtmin+3',
      'STOPSIGNAL "SIGKILL"',
      'STOPSIGNAL -1',
      'ARG S=9',
      'STOPSIGNAL $S',
    ),
    stage('ENV A b "c', 'LABEL a b').replace(' "c', ''),
    stage('ENV A= B="x y" C=x\\ y', 'LABEL a=\'b\' "c d"=e'),
    stage('ARG A B=c D="e f"'),
    stage('USER a b', 'WORKDIR a b', 'MAINTAINER "x'),
    stage('ONBUILD FOO', 'ONBUILD COPY a', 'ONBUILD CMD'),
    stage('RUN --mount=type=cache,target=/x,ro,sharing=LOCKED ls'),
    stage('RUN --mount=type=tmpfs,target=/x,size=1e3,size=+.5k,size=2.b ls'),
    stage('RUN --mount=type=tmpfs,target=/x,size=1_000k,size=0x1p4,size=-0,size=1e308 ls'),
    stage('RUN --mount=type=tmpfs,target=/x,size=inf\\ k,size=nan\\ ,size=1\\ kb ls'),
    stage('RUN --mount=type=TMPFS,dst=/x,size=1.5GiB ls', 'RUN --mount=target=/x,rw=0 ls'),
    stage(
      'RUN --mount=type=secret,env=A,id=a,required,mode=0400,uid=1 ls',
      'RUN --mount=type=ssh ls',
    ),
    stage('WORKDIR /x', 'RUN --mount=target=. ls', 'RUN --mount=type=bind ls'),
    stage(
      'RUN --mount="type=cache,target=/x" ls',
      'RUN --mount=type=bind,from=alpine:3,target=/x ls',
    ),
    stage('ARG T=cache', 'RUN --mount=type=$T,target=/x ls'),
    stage('COPY --from=busybox /a /a', 'COPY --from=1 /a /a'),
    stage('RUN --mount=target=/x y', 'COPY --from=1 /a /a', 'COPY --from=2 /a /a'),
    stage(
      'RUN --mount=type=cache,target="/x y z',
      'HEALTHCHECK --timeout=9223372036854775807ns CMD x',
    ),
    'FROM a Aſ x\nFROM b\nCOPY --from=x /a /a',
    '# escape=`\nFROM a\nCOPY --chown=a\\ b c',
    stage('EXPOSE 8000${X/a/b}0'),
    'FROM a AS x\nFROM b\nCOPY --from=X /a /a\nCOPY --from=0 /a /a',
    stage('COPY <<EOF <<"F" /x', '${A:-x} "', 'EOF', '${', 'F'),
    stage('RUN x << y', 'y', 'RUN z <<', 'RUN "cat <<EOF', 'RUN ${a[0]} <<EOF'),
    '# check=skip=A,B;error=true;experimental=all\nFROM a',
    '#!/x\n# escape=x\nFROM a',
    '# syntax=a\n# comment\n# syntax=b\nFROM a',
    ' # check=x\nFROM a',
    stage(`RUN ${'x'.repeat(65_531)}`),
    '# syntax=docker/dockerfile:1-labs\nFROM a\nRUN --device=a/b=c x',
  ])('%j', (text) => {
    expect(kinds(text)).toEqual([]);
  });
});

describe('what the builder refuses', () => {
  it.each<[string, string]>([
    ['', 'no-stage'],
    ['\n \n', 'no-stage'],
    ['ARG A', 'no-stage'],
    ['RUN x\nFROM a', 'before-from'],
    ['RUN x', 'before-from'],
    [stage('RU\u00A0N x'), 'unknown-instruction'],
    [stage('\uFEFFRUN x'), 'unknown-instruction'],
    [stage('\\', '').trimEnd(), 'unknown-instruction'],
    [stage('COPY ["a"]'), 'missing-argument'],
    [stage('VOLUME []'), 'missing-argument'],
    [stage('ONBUILD'), 'missing-argument'],
    [stage('HEALTHCHECK CMD []'), 'missing-argument'],
    [stage('ARG \\\\\\').replace('\\\\\\', '\\'), 'missing-argument'],
    ['FROM', 'missing-argument'],
    ['FROM a Aſ', 'missing-argument'],
    ['FROM a b', 'extra-argument'],
    [stage('HEALTHCHECK --timeout=9223372036854775808ns CMD x'), 'invalid-duration'],
    ['FROM a AS scratch\nRUN --mount=target=/x y', 'circular-dependency'],
    [stage('RUN --mount=type=cache,target=/x y', 'FROM b AS scratch'), 'later-stage'],
    [stage('RUN --mount=from=$X,target=/x,from=b y'), 'variable-in-from'],
    ['# escape=`\nFROM a\nCOPY --chown=a` b c', 'missing-argument'],
    [stage('RUN echo $((1 << 2))'), 'unterminated-heredoc'],
    ['FROM a AS b c', 'extra-argument'],
    ['FROM a\rRUN b', 'extra-argument'],
    [stage('ENV a\u00A0b'), 'missing-equals'],
    [stage('ONBUILD ENV A'), 'missing-equals'],
    [stage('ENV A=1 B'), 'missing-equals'],
    [stage('ENV A=1 =2'), 'blank-name'],
    [stage('ARG =2'), 'blank-name'],
    [stage('ONBUILD CMD [null]'), 'json-not-strings'],
    [stage('HEALTHCHECK CMD [{}]'), 'json-not-strings'],
    [stage("SHELL ['a']"), 'shell-not-json'],
    [stage('ONBUILD COPY <<EOF /x', 'EOF '), 'unterminated-heredoc'],
    [stage('RUN 3<<-EOF', ' EOF'), 'unterminated-heredoc'],
    [stage('ADD a <<EOF', 'EOF'), 'heredoc-destination'],
    [stage(`RUN ${'é'.repeat(32_766)}`), 'line-too-long'],
    ['# escape=`\n# escape=`\nFROM a', 'repeated-directive'],
    ['\t# escape=\\x\nFROM a', 'invalid-escape'],
    ['# check=skip\nFROM a', 'invalid-check'],
    ['# check=a=b;c=d;error=1;x\nFROM a', 'invalid-check'],
    ['# check=error=yes\nFROM a', 'invalid-check'],
    [stage('USER "a'), 'unclosed-quote'],
    [stage("EXPOSE '80"), 'unclosed-quote'],
    ['FROM "a', 'unclosed-quote'],
    ["ARG A='\nFROM a", 'unclosed-quote'],
    [stage('COPY --chown="a b c'), 'unclosed-quote'],
    [stage('COPY <<"E F" /x', 'E F'), 'unclosed-quote'],
    [stage('COPY <<EOF /x', '${A', 'EOF'), 'invalid-substitution'],
    [stage('ENV A=${}'), 'invalid-substitution'],
    [stage('WORKDIR ${A:?}'), 'invalid-substitution'],
    [stage('LABEL ${A^}=b'), 'invalid-substitution'],
    [stage('RUN --mount=target=${ ls'), 'invalid-substitution'],
    [stage('CMD --x y'), 'unknown-flag'],
    [stage('ARG --"x'), 'missing-argument'],
    [stage('STOPSIGNAL --"x 9'), 'missing-argument'],
    [stage('ONBUILD --x RUN y'), 'unknown-flag'],
    [stage('COPY --"FROM"=x a /b'), 'unknown-flag'],
    [stage('HEALTHCHECK --retries=1 --retries=1 CMD x'), 'duplicate-flag'],
    [stage('COPY --from a /b'), 'invalid-flag-value'],
    [stage('COPY --link= a /b'), 'invalid-flag-value'],
    [stage('ADD --chmod=8 a /b'), 'invalid-chmod'],
    [stage('ADD --chmod=10000 a /b'), 'invalid-chmod'],
    [stage('ADD --chmod=u=r,, a /b'), 'invalid-chmod'],
    [stage('ADD --chmod=u a /b'), 'invalid-chmod'],
    [stage('ADD --checksum=x a /b'), 'invalid-checksum'],
    [stage('ADD --checksum=x https://a/b https://a/c /b'), 'invalid-checksum'],
    [stage('ADD --checksum=xyz https://a/b.git /c'), 'invalid-checksum'],
    [stage('ADD https://a/b.git?foo=x /c'), 'invalid-git-source'],
    [stage('ADD git@a:b?ref=x#y /c'), 'invalid-git-source'],
    [stage('ADD github.com/a/b?foo=1 /c'), 'invalid-git-source'],
    [stage('COPY github.com/?foo=1 /c'), 'invalid-git-source'],
    [stage('HEALTHCHECK --foo NONE [1]'), 'json-not-strings'],
    [stage(`RUN --mount='"type=cache","target=''"' ls`), 'missing-mount-target'],
    [stage(`RUN --mount="type=cache,target='/x" ls`), 'unclosed-quote'],
    [stage('ADD ssh://a/b?tag=x&branch=x /c'), 'invalid-git-source'],
    [stage('ARG X=foo', 'ADD "git://a/b?$X=1" /c'), 'invalid-git-source'],
    [stage('ADD --checksum=0a https://a/b.git?commit=0b /c'), 'invalid-git-source'],
    [stage('ADD --keep-git-dir=FALSE https://a/b.git?keep-git-dir /c'), 'invalid-git-source'],
    [stage('ADD --keep-git-dir https://a/b.git?keep-git-dir=0 /c'), 'invalid-git-source'],
    ['FROM --platform=$X a', 'invalid-platform'],
    [stage('RUN --network= x'), 'invalid-network'],
    [stage('RUN --network=Host x'), 'invalid-network'],
    [stage('RUN --security=$X x'), 'invalid-security'],
    [stage('RUN --device=a x'), 'unsupported-device'],
    [stage('RUN --mount=type=,target=/x ls'), 'unknown-mount-type'],
    [stage('RUN --mount=type=cache,target=/x,Foo=1 ls'), 'unknown-mount-key'],
    [stage('RUN --mount=type=cache,target=/x, ls'), 'unknown-mount-key'],
    [stage('RUN --mount=type=cache,target=/x,size=1 ls'), 'unknown-mount-key'],
    [stage('RUN --mount=required,type=secret,id=a ls'), 'unknown-mount-key'],
    [stage('RUN --mount= ls'), 'invalid-mount-value'],
    [stage('RUN --mount=target ls'), 'invalid-mount-value'],
    [stage('RUN --mount=target=/x,ro=yes ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=big ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=ssh,uid=-1 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=ssh,mode=8 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=secret ls'), 'invalid-mount'],
    [stage('RUN --mount=type=secret,id=a,src=b ls'), 'invalid-mount'],
    [stage('RUN --mount=type=secret,id=a,from=b ls'), 'invalid-mount'],
    [stage('RUN --mount=type=tmpfs,target=/x,uid=1 ls'), 'invalid-mount'],
    [stage('RUN --mount=target=/x,sharing=shared ls'), 'invalid-mount'],
    [stage('RUN --mount=type=tmpfs ls'), 'missing-mount-target'],
    [stage('RUN --mount=target=/ ls'), 'missing-mount-target'],
    [stage('WORKDIR /x', 'WORKDIR ..', 'RUN --mount=target=. ls'), 'missing-mount-target'],
    ['ARG A\nFROM $A', 'empty-image'],
    ['FROM ""', 'empty-image'],
    ['FROM a:$B', 'invalid-image'],
    ['# syntax="docker/dockerfile:1"\nFROM a', 'invalid-image'],
    ['#!/x\n# syntax=docker/Dockerfile:1 y\nFROM a', 'invalid-image'],
    ['FROM a AS one\nFROM ONE', 'invalid-image'],
    [stage('COPY --from=A /a /a'), 'invalid-image'],
    [stage('RUN --mount=from=a:b:c,target=/x ls'), 'invalid-image'],
    [stage('COPY --from=b\u00A0c /a /a'), 'invalid-image'],
    ['FROM a AS $B', 'invalid-stage-name'],
    ['FROM a AS é', 'invalid-stage-name'],
    ['FROM a AS b.', 'invalid-stage-name'],
    ['FROM a AS b..c', 'invalid-stage-name'],
    ['FROM a AS b___c', 'invalid-stage-name'],
    [`FROM a AS ${'ab'.repeat(32)}`, 'invalid-stage-name'],
    [stage('COPY --from=1 /a /a'), 'unknown-stage'],
    [stage('COPY --from=-1 /a /a'), 'unknown-stage'],
    [stage('COPY --from=9223372036854775807 /a /a'), 'unknown-stage'],
    [stage('COPY --from=-9223372036854775808 /a /a'), 'unknown-stage'],
    ['FROM a\nCOPY --from=1 /a /a\nFROM b', 'later-stage'],
    ['FROM a AS x\nFROM b\nCOPY --from=x /a /a\nFROM a AS x', 'later-stage'],
    ['FROM a\nRUN --mount=from=b,target=/x ls\nFROM b AS b', 'later-stage'],
    ['FROM a AS x\nCOPY --from=X /a /a', 'circular-dependency'],
    ['FROM a\nCOPY --from=0 /a /a', 'circular-dependency'],
    [stage('COPY --from=$A /a /a'), 'variable-in-from'],
    [stage('RUN --mount=from=$A,target=/x ls'), 'variable-in-from'],
    [stage('COPY a https://a/b /x'), 'remote-copy-source'],
    [stage('COPY git@a:b /x'), 'remote-copy-source'],
    [stage('ONBUILD from a'), 'invalid-trigger'],
    [stage('HEALTHCHECK x'), 'invalid-healthcheck'],
    [stage('HEALTHCHECK --interval=$X CMD x'), 'invalid-duration'],
    [stage('HEALTHCHECK --timeout=-1s CMD x'), 'invalid-duration'],
    [stage('HEALTHCHECK --retries=-1 CMD x'), 'invalid-retries'],
    [stage('HEALTHCHECK --retries=9999999999 CMD x'), 'invalid-retries'],
    [stage('EXPOSE 80-$X'), 'invalid-port'],
    [stage('STOPSIGNAL SIGUNUSED'), 'invalid-signal'],
    [stage('STOPSIGNAL 0'), 'invalid-signal'],
    [stage('STOPSIGNAL -00'), 'invalid-signal'],
    [stage('STOPSIGNAL 9223372036854775808'), 'invalid-signal'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=1ki ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=-1 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=1e309 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=1__0 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=0x10 ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=inf ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=1\\ \\ k ls'), 'invalid-mount-value'],
    [stage('RUN --mount=type=tmpfs,target=/x,size=k ls'), 'invalid-mount-value'],
    ['ARG SOURCE_DATE_EPOCH=1.5\nFROM a', 'invalid-epoch'],
    ['ARG SOURCE_DATE_EPOCH=99999999999999999999\nFROM a', 'invalid-epoch'],
    ['ARG SOURCE_DATE_EPOCH=x\nFROM a AS x', 'invalid-epoch'],
    ['ARG SOURCE_DATE_EPOCH=x\nFROM scratch AS x\nADD a /', 'invalid-epoch'],
    ['ARG SOURCE_DATE_EPOCH=x\nFROM scratch AS x\nADD https://a/b /\nRUN x', 'invalid-epoch'],
    [stage('STOPSIGNAL 99999999999999999999'), 'invalid-signal'],
    [stage('RUN --mount=type=ssh,source=a ls'), 'invalid-mount'],
    ['FROM a AS x\nCOPY --from=y a b\nFROM a AS y\nCOPY --from=x a b', 'circular-dependency'],
    [
      'FROM a AS x\nRUN --mount=from=z,target=/z ls\nFROM a AS y\nCOPY --from=x a b\nFROM a AS z\nCOPY --from=y a b',
      'circular-dependency',
    ],
    [stage('STOPSIGNAL SIGRTMIN+16'), 'invalid-signal'],
    [stage('HEALTHCHECK CMD \u0085[1]'), 'json-not-strings'],
    [stage('VOLUME $X'), 'empty-volume'],
    [stage('VOLUME ["\u0085", "a"]'), 'empty-volume'],
    [stage('VOLUME a \u0085 b'), 'empty-volume'],
    [stage('VOLUME [" "]'), 'empty-volume'],
    [stage('VOLUME [" $X", "/a"]'), 'empty-volume'],
    [stage('VOLUME ["\\\\ "]'), 'empty-volume'],
    [stage('VOLUME a \u00A0$X\u00A0 b'), 'empty-volume'],
    [stage('RUN [ ]'), 'empty-command'],
    [stage('RUN --network=none \\', '[]'), 'empty-command'],
    ['FROM a AS x\nONBUILD RUN []\nFROM x', 'empty-command'],
    ['# escape=`\nFROM a AS x\nONBUILD ENV A=` }\nFROM x', 'missing-equals'],
    ['# escape=`\nFROM a AS x\nONBUILD ENV A=\\ }\nFROM b', 'missing-equals'],
    ['# escape=`\nFROM a AS x\nONBUILD COPY --chown=a\\ b c\nFROM x', 'missing-argument'],
    ['# escape=`\nFROM a AS x\nONBUILD LABEL a="b`" c=d"\nFROM x', 'unclosed-quote'],
    [
      '# escape=`\nFROM a AS x\nONBUILD HEALTHCHECK --interval=1`s CMD x\nFROM x',
      'invalid-duration',
    ],
    ['# escape=`\nFROM a AS x\nONBUILD \\\nFROM x', 'unknown-instruction'],
    ['# escape=`\nFROM a AS x\nONBUILD FOO\nFROM x', 'unknown-instruction'],
    ['FROM a AS x\nONBUILD COPY a\nFROM x', 'missing-argument'],
  ])('%j', (text, kind) => {
    expect(kinds(text)).toContain(kind);
  });
});

describe('an image that variables without a value spoil', () => {
  const GIVE = 'An ARG with a default before the first FROM gives one.';
  it.each([
    ['ARG V\nFROM a:$V', `This names no image, as V has no value here. ${GIVE}`],
    ['ARG A B\nFROM $A/b:${B}-c', `This names no image, as A, B have no value here. ${GIVE}`],
    ['ARG A\nFROM a@sha256:$A', `This names no image, as A has no value here. ${GIVE}`],
    ['ARG A\nFROM a@$A', `This names no image, as A has no value here. ${GIVE}`],
    ['ARG A=\nFROM a:${A:-$B}', `This names no image, as A, B have no value here. ${GIVE}`],
    // These would be none with a value, either.
    ['ARG A\nFROM ${A}Alpine', 'The name of an image is lower case. (Alpine)'],
    ['ARG A\nARG B=a:\nFROM $A$B', /^This is not a tag/],
    ['FROM a:-', /^This is not a tag/],
  ])('%j', (text, message) => {
    const found = [...invalidImage.check(createDockerfile(parse(text)), options)];
    expect(found).toHaveLength(1);
    if (typeof message === 'string') expect(found[0]?.message).toBe(message);
    else expect(found[0]?.message).toMatch(message);
  });
});

it.each([
  [
    '--start-period=$DELAY',
    'Variables aren’t replaced here: write a time, as 30s, 1m30s or 500ms.',
  ],
  ['--timeout=${T:-3s}', 'Variables aren’t replaced here: write a time, as 30s, 1m30s or 500ms.'],
  ['--interval=30 --retries=$N', 'Variables aren’t replaced here: write a whole number from 0 on.'],
  ['--interval=3x', 'This is not a time; one looks like 30s, 1m30s or 500ms.'],
  ['--retries=-1', '--retries takes a whole number from 0 on.'],
])('says that HEALTHCHECK replaces no variables: %s', (flags, message) => {
  const file = createDockerfile(parse(stage(`HEALTHCHECK ${flags} CMD true`)));
  const found = ERROR_RULES.flatMap((rule) => [...rule.check(file, options)]);
  expect(found.map((one) => one.message)).toContain(message);
});

describe('a tag that blanks part from its image', () => {
  const found = (text: string) => [...extraArgument.check(createDockerfile(parse(text)), options)];
  it.each([
    ['FROM a : 1', 'FROM a:1'],
    ['FROM a :1', 'FROM a:1'],
    ['FROM a: 1', 'FROM a:1'],
    ['FROM a : $V AS b', 'FROM a:$V AS b'],
    [
      'FROM --platform=$BUILDPLATFORM a/b \\\n  :1 as c',
      'FROM --platform=$BUILDPLATFORM a/b:1 as c',
    ],
    [`FROM a @ sha256:${'0'.repeat(64)}`, `FROM a@sha256:${'0'.repeat(64)}`],
  ])('%j', (text, mended) => {
    const all = found(text);
    expect(all.map(({ message }) => message)).toEqual([
      'Blanks stand within the name of an image: write it as one word.',
    ]);
    expect(applyEdits(text, all[0]?.fixes?.[0]?.edits ?? [])).toBe(mended);
  });

  it.each(['FROM a : AS b', 'FROM a b', 'FROM a : 1 c', 'FROM a: 1 2'])('is none in %j', (text) => {
    expect(found(text).map(({ message }) => message)).not.toContain(
      'Blanks stand within the name of an image: write it as one word.',
    );
  });
});

it('knows keys that mounts of docker run have', () => {
  const text = stage('RUN --mount=type=tmpfs,target=/x,tmpfs-size=64M ls');
  const [found] = [...unknownMountKey.check(createDockerfile(parse(text)), options)];
  expect(found?.message).toBe('No mount has the key tmpfs-size. Did you mean size?');
  expect(applyEdits(text, found?.fixes?.[0]?.edits ?? [])).toBe(text.replace('tmpfs-', ''));
});

it('ends with a heredoc those before it that never end', () => {
  const text = stage('COPY <<A <<-B <<"C" /x/', '1', 'B');
  const found = unterminatedHeredoc.check(createDockerfile(parse(text)), options);
  const after = Array.from(found, ({ message, fixes }) => {
    const fix = fixes?.[0];
    const next = createDockerfile(parse(applyEdits(text, fix?.edits ?? [])));
    const left = Array.from(unterminatedHeredoc.check(next, options)).length;
    return { message, title: fix?.title, left };
  });
  expect(after).toEqual([
    { message: 'The heredoc never ends: no line is just A.', title: 'Add A at the end', left: 2 },
    {
      message: 'The heredoc never ends, for that of A before it doesn’t.',
      title: 'Add A and B at the end',
      left: 1,
    },
    {
      message: 'The heredoc never ends, for that of A before it doesn’t.',
      title: 'Add A, B and C at the end',
      left: 0,
    },
  ]);
});

it('offers one fix for many heredocs that never end, not one for each that repeats those before', () => {
  const names = Array.from({ length: 200 }, (_, index) => `E${index}`);
  const text = stage(`COPY ${names.map((name) => `<<${name}`).join(' ')} /x/`);
  const found = [...unterminatedHeredoc.check(createDockerfile(parse(text)), options)];
  expect(found).toHaveLength(200);
  expect(JSON.stringify(found.map(({ fixes = [] }) => fixes)).length).toBeLessThan(3000);
  const [fix, ...others] = found.flatMap(({ fixes = [] }) => fixes);
  expect(others).toEqual([]);
  expect(fix?.title).toBe('Add the ends of all 200 heredocs');
  const next = createDockerfile(parse(applyEdits(text, fix?.edits ?? [])));
  expect(Array.from(unterminatedHeredoc.check(next, options))).toEqual([]);
});
