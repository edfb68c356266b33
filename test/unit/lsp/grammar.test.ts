import { readFileSync } from 'node:fs';
import type { IGrammar } from 'vscode-textmate';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate, print } from '../../../syntaxes/build.ts';
import { growth } from '../support/growth.ts';
import { loadGrammar, scopesOf, tokenize } from './tokenize.ts';

let docker: IGrammar;
let ignore: IGrammar;

beforeAll(async () => {
  docker = await loadGrammar('source.dockerfile');
  ignore = await loadGrammar('source.dockerignore');
});

const TWO = 'RUN python3 <<A && node <<B\nimport "\nA\nimport "\nB\nEXPOSE 80';
const TWO_FILES = 'COPY <<a.json <<b.py /x/\nimport "\na.json\nimport "\nb.py\nEXPOSE 80';

/** Each row: the text, the line (from 0), a piece of that line, and a scope that the piece has. */
const CONSTRUCTS: readonly (readonly [string, number, string, string])[] = [
  ['FROM alpine', 0, 'FROM', 'keyword.control'],
  ['from alpine', 0, 'from', 'keyword.control'],
  ['FROM alpine:3.20', 0, 'alpine', 'entity.name.type.image'],
  ['FROM alpine:3.20', 0, '3.20', 'constant.numeric.tag'],
  ['FROM ghcr.io/a/b:1', 0, 'ghcr.io', 'entity.name.namespace.registry'],
  ['FROM localhost:5000/a', 0, 'localhost:5000', 'entity.name.namespace.registry'],
  ['FROM a@sha256:0123abcd', 0, 'sha256:0123abcd', 'constant.numeric.digest'],
  ['FROM alpine AS build', 0, 'AS', 'keyword.control'],
  ['FROM alpine as build', 0, 'build', 'entity.name.type.stage'],
  ['FROM --platform=$BUILDPLATFORM a', 0, 'platform', 'variable.parameter.flag'],
  ['FROM --platform=$BUILDPLATFORM a', 0, 'BUILDPLATFORM', 'variable.other'],
  ['FROM ${BASE:-alpine}', 0, 'BASE', 'variable.other.braced'],
  ['ARG A=${B:-${C}}', 0, 'C', 'variable.other.braced'],
  ['ARG A=${B:-c}', 0, ':-', 'keyword.operator.expansion'],
  ['ENV A="x $B"', 0, 'A', 'variable.other.property'],
  ['ENV A="x $B"', 0, 'B', 'variable.other.dockerfile'],
  ['ENV A="x"', 0, 'x', 'string.quoted.double'],
  ["ENV A='$B'", 0, '$B', 'string.quoted.single'],
  ['ENV A=\\$B', 0, '\\$', 'constant.character.escape'],
  ['ENV A one two', 0, 'A', 'variable.other.property'],
  ['CMD ["a", "b\\n"]', 0, 'a', 'string.quoted.double'],
  ['CMD ["a", "b\\n"]', 0, '\\n', 'constant.character.escape'],
  ['CMD [ -f x ]', 0, '-f', 'meta.embedded.line.shell'],
  ['RUN echo hi', 0, 'echo', 'support.function.shell'],
  ['RUN --mount=type=cache,target=/x echo hi', 0, 'target', 'variable.other.property'],
  ['RUN --mount=type=cache,target=/x echo hi', 0, 'echo', 'support.function.shell'],
  ['RUN a \\\n  echo', 0, '\\', 'punctuation.separator.continuation'],
  ['RUN a \\\n  echo', 1, 'echo', 'support.function.shell'],
  ["RUN a \\\n# don't\n  echo", 1, 'don', 'comment.line.number-sign'],
  ["RUN a \\\n# don't\n  echo\nFROM x", 2, 'echo', 'support.function.shell'],
  ["RUN a \\\n# don't\n\n  echo\nFROM x", 4, 'FROM', 'keyword.control'],
  ['COPY a \\\\\nFROM x', 1, 'FROM', 'keyword.control'],
  ['RUN a `date`\nFROM x', 1, 'FROM', 'keyword.control'],
  ['# escape=`\nRUN a `\n  echo\nFROM x', 1, '`', 'punctuation.separator.continuation'],
  ['# escape=`\nRUN a `\n  echo\nFROM x', 2, 'echo', 'support.function.shell'],
  ['# escape=`\nCOPY a c:\\\nFROM x', 2, 'FROM', 'keyword.control'],
  ['# syntax=docker/dockerfile:1', 0, 'syntax', 'keyword.other.directive'],
  ['# check=skip=all', 0, 'all', 'string.unquoted.directive'],
  ['  # a comment', 0, 'a comment', 'comment.line.number-sign'],
  ['RUN <<EOF\necho hi\nEOF\nFROM x', 0, 'EOF', 'keyword.control.heredoc-token'],
  ['RUN <<EOF\necho hi\nEOF\nFROM x', 1, 'echo', 'meta.embedded.block.shell'],
  ['RUN <<EOF\necho "open\nEOF\nFROM x', 2, 'EOF', 'keyword.control.heredoc-token'],
  ['RUN <<EOF\necho "open\nEOF\nFROM x', 3, 'FROM', 'keyword.control'],
  ['RUN <<-"END"\n\techo\n\tEND\nFROM x', 2, 'END', 'keyword.control.heredoc-token'],
  ['RUN <<-"END"\n\techo\n\tEND\nFROM x', 3, 'FROM', 'keyword.control'],
  ['RUN python3 <<EOF\nimport os\nEOF', 1, 'import', 'keyword.python'],
  ['RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\nFROM x', 2, 'import', 'keyword.python'],
  ['RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\nFROM x', 4, 'FROM', 'keyword.control'],
  ['COPY <<EOF /x\nhi $A\nEOF\nFROM x', 1, 'hi', 'string.unquoted.heredoc'],
  ['COPY <<EOF /x\nhi $A\nEOF\nFROM x', 3, 'FROM', 'keyword.control'],
  ['COPY <<a <<b /x\n1\na\n2\nb\nFROM x', 3, '2', 'string.unquoted.heredoc'],
  ['COPY <<a <<b /x\n1\na\n2\nb\nFROM x', 5, 'FROM', 'keyword.control'],
  ['COPY --from=build --link a b', 0, 'from', 'variable.parameter.flag'],
  ['COPY --from=build --link a b', 0, 'link', 'variable.parameter.flag'],
  ['ONBUILD RUN echo', 0, 'ONBUILD', 'keyword.control'],
  ['ONBUILD RUN echo', 0, 'RUN', 'keyword.control'],
  ['ONBUILD RUN echo', 0, 'echo', 'support.function.shell'],
  ['EXPOSE 80/tcp', 0, '80', 'constant.numeric'],
  ['EXPOSE 80/tcp', 0, 'tcp', 'constant.language.protocol'],
  ['HEALTHCHECK --interval=1s CMD echo', 0, 'CMD', 'keyword.control'],
  ['HEALTHCHECK --interval=1s CMD echo', 0, 'echo', 'support.function.shell'],
  // Nothing that a command leaves open reaches the next instruction.
  ['RUN echo "open\nFROM x', 1, 'FROM', 'keyword.control'],
  ['RUN echo "open\nFROM x', 1, 'x', 'entity.name.type.image'],
  ["RUN a && \\\n  echo 'open\nFROM x", 2, 'x', 'entity.name.type.image'],
  ['RUN a \\\n# note\n\n echo "open\nFROM x', 4, 'x', 'entity.name.type.image'],
  ['RUN echo "open \\\n still \\\n here" && ls\nFROM x', 1, 'still', 'string.double'],
  ['RUN echo "open \\\n still \\\n here" && ls\nFROM x', 2, 'ls', 'support.function.shell'],
  ['CMD echo "open\nEXPOSE 80', 1, '80', 'constant.numeric'],
  ['HEALTHCHECK CMD echo "open\nEXPOSE 80', 1, '80', 'constant.numeric'],
  ['# escape=`\nRUN echo "open `\n more\nEXPOSE 80', 3, '80', 'constant.numeric'],
  // A heredoc after a continued line, and what only looks like one.
  [
    'RUN --mount=type=tmpfs,target=/x \\\n  <<EOF\necho hi\nEOF\nEXPOSE 80',
    2,
    'echo',
    'meta.embedded.block.shell',
  ],
  [
    'RUN --mount=type=tmpfs,target=/x \\\n  <<EOF\necho hi\nEOF\nEXPOSE 80',
    4,
    '80',
    'constant.numeric',
  ],
  ['RUN cat <<<word\nEXPOSE 80', 1, '80', 'constant.numeric'],
  ['RUN echo "<<EOF"\nEXPOSE 80', 1, '80', 'constant.numeric'],
  ['RUN a \\\n echo "<<EOF"\nEXPOSE 80', 2, '80', 'constant.numeric'],
  ['RUN bash -e <<EOF\necho hi\nEOF\nEXPOSE 80', 1, 'echo', 'meta.embedded.block.shell'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 0, 'B', 'keyword.control.heredoc-token'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 1, '1', 'meta.embedded.block.shell'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 2, 'A', 'keyword.control.heredoc-token'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 3, '2', 'meta.embedded.block.shell'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 4, 'B', 'keyword.control.heredoc-token'],
  ['RUN ls <<A && ls <<B\n1\nA\n2\nB\nEXPOSE 80', 5, '80', 'constant.numeric'],
  // Two heredocs in two languages, with strings that neither closes.
  [TWO, 0, 'python3', 'support.function'],
  [TWO, 1, 'import', 'block.python.dockerfile keyword.python'],
  [TWO, 2, 'A', 'keyword.control.heredoc-token'],
  [TWO, 3, 'import', 'block.javascript.dockerfile keyword.js'],
  [TWO, 4, 'B', 'keyword.control.heredoc-token'],
  [TWO, 5, '80', 'constant.numeric'],
  [TWO_FILES, 1, 'import', 'block.json.dockerfile keyword.json'],
  [TWO_FILES, 2, 'a.json', 'keyword.control.heredoc-token'],
  [TWO_FILES, 3, 'import', 'block.python.dockerfile keyword.python'],
  [TWO_FILES, 5, '80', 'constant.numeric'],
  ['COPY <<a <<b <<c /x\n1\na\n2\nb\n3\nc\nEXPOSE 80', 5, '3', 'string.unquoted.heredoc'],
  ['COPY <<a <<b <<c /x\n1\na\n2\nb\n3\nc\nEXPOSE 80', 7, '80', 'constant.numeric'],
  ['RUN a <<X <<Y <<Z\n1\nX\n2\nY\n3\nZ\nEXPOSE 80', 7, '80', 'constant.numeric'],
  ['RUN cat <<X <<Y <<Z\n1\nX\n2\nY\n3\nZ\nEXPOSE 80', 5, '3', 'string.unquoted.heredoc'],
  ['RUN cat <<X <<Y <<Z\n1\nX\n2\nY\n3\nZ\nEXPOSE 80', 7, '80', 'constant.numeric'],
  ['RUN cat a <<X <<Y <<Z', 0, 'cat', 'support.function'],
  ['ARG A=${B:-${C:-$D}}', 0, 'D', 'variable.other.dockerfile'],
  // The language by the heredoc's name, its program, or the file that it is written to.
  ['RUN <<PY\nimport\nPY', 1, 'import', 'keyword.python'],
  ['RUN <<"python_EOF"\nimport\npython_EOF', 1, 'import', 'keyword.python'],
  ['RUN node - <<EOF\nimport\nEOF', 1, 'import', 'keyword.js'],
  ['RUN --mount=type=ssh perl <<EOF\nprint\nEOF', 1, 'print', 'keyword.perl'],
  ['RUN set -e; ruby <<-EOF\n\tprint\n\tEOF\nEXPOSE 80', 1, 'print', 'keyword.ruby'],
  ['RUN set -e; ruby <<-EOF\n\tprint\n\tEOF\nEXPOSE 80', 3, '80', 'constant.numeric'],
  ['RUN psql -U me <<EOF\nprint\nEOF', 1, 'print', 'keyword.sql'],
  ['RUN pwsh -c - <<EOF\nprint\nEOF', 1, 'print', 'keyword.powershell'],
  ['RUN <<EOF\n#!/usr/bin/env node\nimport\nEOF\nFROM x', 2, 'import', 'keyword.js'],
  ['RUN <<EOF\n#!/usr/bin/perl -w\nprint "\nEOF\nFROM x', 2, 'print', 'keyword.perl'],
  ['RUN <<EOF\n#!/usr/bin/perl -w\nprint "\nEOF\nFROM x', 4, 'FROM', 'keyword.control'],
  ['RUN cat <<EOF > /etc/a.yaml\nimport\nEOF\nEXPOSE 80', 1, 'import', 'keyword.yaml'],
  ['RUN cat > "/etc/a.toml" <<EOF\nimport\nEOF\nEXPOSE 80', 1, 'import', 'keyword.toml'],
  ['RUN tee /etc/php.ini <<EOF\nimport\nEOF\nEXPOSE 80', 1, 'import', 'keyword.ini'],
  ['RUN cat <<EOF > /etc/motd\nimport\nEOF\nEXPOSE 80', 1, 'import', 'string.unquoted.heredoc'],
  ['COPY <<config.json /etc/\nimport\nconfig.json\nEXPOSE 80', 1, 'import', 'keyword.json'],
  ['COPY <<config.json /etc/\nimport\nconfig.json\nEXPOSE 80', 3, '80', 'constant.numeric'],
  ['COPY <<EOF /etc/nginx/nginx.conf\nimport\nEOF', 1, 'import', 'keyword.nginx'],
  ['COPY --chown=1 <<EOF /app/a.sql\nimport\nEOF', 1, 'import', 'keyword.sql'],
  ['COPY <<-"YAML" /a\n\timport\n\tYAML\nEXPOSE 80', 1, 'import', 'keyword.yaml'],
  ['ADD <<script.sh /a\necho\nscript.sh', 1, 'echo', 'meta.embedded.block.shell'],
  // The exec form behind flags.
  ['COPY --chown=a ["b c", "d"]', 0, 'b c', 'string.quoted.double'],
  ['COPY --chown=a ["b c", "d"]', 0, 'chown', 'variable.parameter.flag'],
  ['RUN --network=none ["a", "b"]', 0, 'b', 'meta.structure.array'],
  ['HEALTHCHECK CMD ["a", "b"]', 0, 'b', 'meta.structure.array'],
  ['SHELL ["a", "-c"]', 0, '-c', 'meta.structure.array'],
  // Comments that are told to a checker.
  ['# check=skip=A,B;error=true', 0, 'check', 'keyword.other.directive'],
  ['# check=skip=A,B;error=true', 0, 'error', 'variable.parameter.directive'],
  ['# hadolint ignore=DL3006', 0, 'hadolint', 'keyword.other.directive'],
  ['# hadolint global ignore=DL3006', 0, 'ignore', 'variable.parameter.directive'],
  ['# hadolint ignore=DL3006,SC2086', 0, 'SC2086', 'string.unquoted.directive'],
  ['RUN a \\\n# hadolint ignore=DL3006\n b', 1, 'DL3006', 'string.unquoted.directive'],
  ['# hadolint is a linter', 0, 'hadolint is', 'comment.line.number-sign'],
  ['HEALTHCHECK NONE', 0, 'NONE', 'keyword.control'],
];

describe('the Dockerfile grammar', () => {
  it.each(CONSTRUCTS)('%j, line %i: %s is %s', (text, line, piece, scope) => {
    expect(scopesOf(tokenize(docker, text), line, piece)).toContain(scope);
  });

  it('takes no keyword out of the middle of a word or a continued line', () => {
    expect(scopesOf(tokenize(docker, 'RUNNER x'), 0, 'RUNNER')).not.toContain('keyword');
    expect(scopesOf(tokenize(docker, 'COPY a \\\n  from b'), 1, 'from')).not.toContain('keyword');
  });

  it('ends an unclosed string with its line', () => {
    expect(scopesOf(tokenize(docker, 'ENV A="x\nFROM y'), 1, 'FROM')).toContain('keyword.control');
  });

  it('stays linear on lines made to backtrack', async () => {
    const hostile = [
      'FROM ',
      'ENV A=',
      'RUN ',
      'RUN cat <<EOF ',
      'COPY <<EOF ',
      'RUN --mount=',
      'COPY ',
      'EXPOSE ',
      'CMD ["',
      '# syntax',
    ];
    const filler = [
      '\\',
      'a',
      'a.',
      '<<a ',
      '${A:-',
      '"',
      ' ',
      'a/',
      '1-',
      '",',
      '--a=\\ ',
      'cat ',
      '.py ',
      '<<a.py',
      'python ',
    ];
    for (const start of hostile) {
      for (const part of filler) {
        const found = await growth((count) => {
          docker.tokenizeLine2(start + part.repeat(count), null, 60_000);
        });
        expect(found.linear, `${start}${part}…: ${found.told}`).toBe(true);
      }
    }
  }, 60_000);

  it('would tell what grows with the square of the text', async () => {
    // A clock that is up to three times too slow, as a busy machine's.
    const clock = () => {
      const steps = { count: 0, noise: 0 };
      const measure = async (work: () => unknown) => {
        steps.count = 0;
        await work();
        return (steps.count * (1 + (steps.noise++ % 3))) / 100;
      };
      return { steps, measure };
    };
    const square = clock();
    const squared = await growth((size) => (square.steps.count += size * size), square.measure);
    expect(squared.linear).toBe(false);
    const straight = clock();
    const plain = await growth((size) => (straight.steps.count += size), straight.measure);
    expect(plain.linear).toBe(true);
  });

  it('is what its source generates', () => {
    for (const { file, grammar } of generate()) {
      expect(
        readFileSync(new URL(`../../../syntaxes/${file}`, import.meta.url), 'utf8'),
        file,
      ).toBe(print(grammar));
    }
  });
});

describe('the .dockerignore grammar', () => {
  it.each([
    ['# note', 'note', 'comment'],
    ['!keep/*.md', '!', 'keyword.control.negation'],
    ['**/node_modules', '**', 'keyword.operator.globstar'],
    ['a?.txt', '?', 'keyword.operator.wildcard'],
    ['[a-z].c', '[a-z]', 'constant.character.character-class'],
    ['a\\*b', '\\*', 'constant.character.escape'],
  ])('%j: %s is %s', (text, piece, scope) => {
    expect(scopesOf(tokenize(ignore, text), 0, piece)).toContain(scope);
  });

  it('takes # for a comment only at the start of a line', () => {
    expect(scopesOf(tokenize(ignore, 'a #b'), 0, '#b')).not.toContain('comment');
  });
});
