import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instructionText } from '../../../../src/engine/layers/createdBy.ts';
import { reconstructDockerfile } from '../../../../src/engine/layers/reconstruct.ts';
import { readOutline } from '../../../../src/util/dockerfileOutline.ts';

/** The lines that come of entries, without the heading. */
const lines = (...created: readonly string[]) =>
  reconstructDockerfile(
    'made:1',
    created.map((createdBy) => ({ createdBy, comment: '' })),
  )
    .split('\n')
    .slice(3, -1);

describe('what BuildKit writes down', () => {
  it.each([
    ['RUN /bin/sh -c apk add curl # buildkit', ['RUN apk add curl']],
    ['COPY bin /bin # buildkit', ['COPY bin /bin']],
    ['COPY --chown=1:1 a b /srv/ # buildkit', ['COPY --chown=1:1 a b /srv/']],
    ['ADD https://a.test/x /x # buildkit', ['ADD https://a.test/x /x']],
    ['ENV PATH=/usr/bin:/bin', ['ENV PATH=/usr/bin:/bin']],
    ['ENV A=hello world B=2', ['ENV A="hello world" B=2']],
    ['ENV A=cost $5 "x" \\n', ['ENV A="cost \\$5 \\"x\\" \\\\n"']],
    ['LABEL org.label-one=a b version=1', ['LABEL org.label-one="a b" version=1']],
    ['EXPOSE map[53/udp:{} 80/tcp:{}]', ['EXPOSE 53/udp 80/tcp']],
    ['EXPOSE [80/tcp]', ['EXPOSE 80/tcp']],
    ['CMD ["sh" "-c" "echo \\"hi, you\\""]', ['CMD ["sh", "-c", "echo \\"hi, you\\""]']],
    ['ENTRYPOINT ["/docker-entrypoint.sh"]', ['ENTRYPOINT ["/docker-entrypoint.sh"]']],
    ['CMD []', ['CMD []']],
    ['VOLUME [/data /more]', ['VOLUME ["/data", "/more"]']],
    ['SHELL [/bin/bash -o pipefail -c]', ['SHELL ["/bin/bash", "-o", "pipefail", "-c"]']],
    ['WORKDIR /app', ['WORKDIR /app']],
    ['USER app', ['USER app']],
    ['STOPSIGNAL SIGQUIT', ['STOPSIGNAL SIGQUIT']],
    ['ARG VERSION=1.2', ['ARG VERSION=1.2']],
    ['ARG VERSION', ['ARG VERSION']],
    [
      'HEALTHCHECK &{["CMD-SHELL" "curl -f localhost || exit 1"] "30s" "3s" "0s" "0s" \'\\x03\'}',
      ['HEALTHCHECK --interval=30s --timeout=3s --retries=3 CMD curl -f localhost || exit 1'],
    ],
    [
      'HEALTHCHECK &{["CMD" "/ok" "-q"] "0s" "0s" "5s" \'\\n\'}',
      ['HEALTHCHECK --start-period=5s --retries=10 CMD ["/ok","-q"]'],
    ],
    ['HEALTHCHECK &{["NONE"] "0s" "0s" "0s" "0s" \'\\x00\'}', ['HEALTHCHECK NONE']],
    ['ONBUILD RUN make', ['ONBUILD RUN make']],
    ['RUN /hello --world # buildkit', ['RUN ["/hello","--world"]']],
  ])('%s', (createdBy, expected) => expect(lines(createdBy)).toEqual(expected));

  it('arguments come before the command that they were set for, once', () => {
    expect(
      lines(
        'ARG A=1',
        'RUN |2 A=1 B=two words /bin/sh -c make # buildkit',
        'RUN |2 A=1 B=two words /bin/sh -c make test # buildkit',
        'RUN |2 A=9 B=two words /bin/sh -c make again # buildkit',
      ),
    ).toEqual([
      'ARG A=1',
      'ARG B="two words"',
      'RUN make',
      'RUN make test',
      'ARG A=9',
      'RUN make again',
    ]);
  });

  it('the shell that SHELL has set is left out', () => {
    expect(
      lines('SHELL [/bin/bash -o pipefail -c]', 'RUN /bin/bash -o pipefail -c a | b # buildkit'),
    ).toEqual(['SHELL ["/bin/bash", "-o", "pipefail", "-c"]', 'RUN a | b']);
  });

  it('heredocs stay heredocs', () => {
    expect(lines('RUN /bin/sh -c set -e\necho EOF\nEOF\n # buildkit')).toEqual([
      'RUN <<EOF_',
      'set -e',
      'echo EOF',
      'EOF',
      'EOF_',
    ]);
    expect(lines('RUN /bin/sh -c cat <<END > /x\nhello\nEND # buildkit')).toEqual([
      'RUN cat <<END > /x',
      'hello',
      'END',
    ]);
    expect(lines('COPY <<EOF /x # buildkit')).toEqual([
      '# The history does not have the text of this heredoc.',
      '# COPY <<EOF /x',
    ]);
  });

  it('long commands are broken between commands, and nowhere else', () => {
    const command = `set -eux; \tapt-get update && apt-get install -y ${'package '.repeat(9)}&& echo "a  && b" || true`;
    expect(lines(`RUN /bin/sh -c ${command} # buildkit`)).toEqual([
      'RUN set -eux; \\',
      '    apt-get update && \\',
      `    apt-get install -y ${'package '.repeat(9)}&& \\`,
      '    echo "a  && b" || \\',
      '    true',
    ]);
    const comment = `${'x'.repeat(120)} && b # c && d`;
    expect(lines(`RUN /bin/sh -c ${comment} # buildkit`)).toEqual([`RUN ${comment}`]);
  });
});

describe('what the classic builder and buildah write down', () => {
  it.each([
    ['/bin/sh -c make all', ['RUN make all']],
    ['|1 A=b c /bin/sh -c make', ['ARG A="b c"', 'RUN make']],
    ['/bin/sh -c #(nop)  CMD ["sh"]', ['CMD ["sh"]']],
    ['/bin/sh -c #(nop) WORKDIR /srv', ['WORKDIR /srv']],
    ['/bin/sh -c #(nop)  ENV A=b', ['ENV A=b']],
    ['/bin/bash -o pipefail -c #(nop)  USER 10', ['USER 10']],
    [
      '/bin/sh -c #(nop) ADD file:6a5f0b2cd1f5e6c1a1b1 in / ',
      ['# The history does not name what was copied.', 'ADD file:6a5f0b2cd1f5 /'],
    ],
    [
      '/bin/sh -c #(nop) COPY --chown=1 multi:6a5f0b2cd1f5 in /x ',
      ['# The history does not name what was copied.', 'COPY --chown=1 multi:6a5f0b2cd1f5 /x'],
    ],
    ['/bin/sh -c #(nop)  EXPOSE 80/tcp', ['EXPOSE 80/tcp']],
    ['/bin/sh -c #(nop)  MAINTAINER a <a@b.test>', ['MAINTAINER a <a@b.test>']],
    ['sleep 100', ['RUN ["sleep","100"]']],
  ])('%s', (createdBy, expected) => expect(lines(createdBy)).toEqual(expected));

  it('an import has no words but its comment', () => {
    const text = reconstructDockerfile('x', [{ createdBy: '', comment: 'Imported from -' }]);
    expect(text.split('\n')[3]).toBe('# Imported from -');
  });
});

it('hostile words start no instruction of their own', () => {
  const text = reconstructDockerfile('evil\nRUN rm -rf /', [
    { createdBy: 'ENV A=b\nRUN evil', comment: '' },
    { createdBy: 'LABEL a=\u202eb\rRUN evil', comment: '' },
    { createdBy: 'CMD ["a\\nRUN evil" "b"]', comment: '' },
    { createdBy: '', comment: 'x\nRUN evil' },
    { createdBy: 'WORKDIR /a\nRUN evil', comment: '' },
  ]);
  const keywords = readOutline(text).stages.flatMap(({ instructions }) =>
    instructions.map(({ keyword }) => keyword),
  );
  expect(keywords).toEqual(['ENV', 'LABEL', 'CMD', 'WORKDIR']);
  expect(text).not.toContain('\u202e');
});

it('any history makes a Dockerfile, of which no line is lost', () => {
  const begin = fc.constantFrom(
    'RUN /bin/sh -c ',
    'ENV A=',
    'CMD [',
    'HEALTHCHECK &{',
    '|2 A=',
    '/bin/sh -c #(nop) ',
    '',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(begin, fc.string()), { maxLength: 5 }), (all) => {
      const history = all.map(([start, rest]) => ({ createdBy: start + rest, comment: '' }));
      const text = reconstructDockerfile('x', history);
      expect(readOutline(text).stages).toHaveLength(1);
    }),
  );
});

it('an instruction in one line is what a person would have written', () => {
  expect(instructionText('RUN |1 A=b /bin/sh -c make\n  all # buildkit')).toBe('RUN make all');
  expect(instructionText('/bin/sh -c #(nop)  CMD ["sh"]')).toBe('CMD ["sh"]');
  expect(instructionText('')).toBe('');
});
