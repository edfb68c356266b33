import { describe, expect, it } from 'vitest';
import { createDockerfile } from '../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import { SHELL_RULES } from '../../../src/lsp/server/rules/hadolint/shellRules.ts';
import type { Shell } from '../../../src/lsp/server/shell/shell.ts';
import { applied, findings } from './support/examples.ts';

function shellOf(text: string, index = 0): Shell | undefined {
  const file = createDockerfile(parse(text));
  const run = file.all('RUN')[index];
  return run && file.shell(run);
}

/** Every command as its program and the words that the document holds for its arguments. */
function commands(text: string): string[] {
  return (shellOf(text)?.commands ?? []).map(({ name, args }) =>
    [name, ...args.map(({ start, end }) => text.slice(start, end))].join(' '),
  );
}

async function fixed(id: string, text: string): Promise<string | undefined> {
  const rule = RULES.find((one) => one.id === id);
  const [fix] = (rule ? await findings(rule, text) : [])[0]?.fixes ?? [];
  return fix && applied(text, fix);
}

describe('the shell tree', () => {
  it('finds the commands of every construct, in order', () => {
    const text =
      'RUN a; b && c || ! d | e |& f & if g; then h; fi; for i in 1; do j; done; ' +
      'while k; do l; done; (m); { n; }; o() { p; }; case q in q) r;; esac; s $(t) "`u`" <(v) > w\n';
    expect(commands(text).map((command) => command.split(' ')[0])).toEqual(
      'a b c d e f g h j k l m n p r s t u v'.split(' '),
    );
    expect(shellOf(text)?.pipes.map(({ start, end }) => text.slice(start, end))).toEqual([
      '|',
      '|&',
    ]);
  });

  it('maps words through continued lines, comments and flags', () => {
    const text = 'RUN --network=none apt-get \\\n  # why\n\n  install -y "a b" \\\n  c\\ d\n';
    expect(commands(text)).toEqual(['apt-get install -y "a b" c\\ d']);
    expect(shellOf(text)?.commands[0]?.args.map(({ value }) => value)).toEqual([
      'install',
      '-y',
      'a b',
      'c d',
    ]);
  });

  it('looks behind command, exec, builtin and busybox', () => {
    const text = 'RUN command a; exec -a x b; builtin c; busybox d; exec -l; "e"; $f g\n';
    expect(shellOf(text)?.commands.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('reads the strings of the exec form', () => {
    const text = 'RUN ["apt-get", "install", \\\n  "a\\u0062"]\n';
    expect(commands(text.replace('\\u0062', 'b'))).toEqual(['apt-get install ab']);
    expect(shellOf(text)?.commands[0]?.args[1]?.value).toBe('ab');
  });

  it('reads a heredoc that a shell runs, and no other', () => {
    expect(commands('RUN <<EOF\r\na b \\\r\n  c\r\nd\r\nEOF\r\n')).toEqual(['a b c', 'd']);
    expect(commands('RUN bash -e <<-EOF\n\ta | b\n\tEOF\n')).toEqual(['a', 'b']);
    expect(commands('RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\n')).toEqual([]);
    expect(commands('RUN python3 <<EOF && b\nimport os\nEOF\n')).toEqual(['python3', 'b']);
  });

  it.each(['/usr/bin/env bash', '/usr/bin/env -S bash -eu', '/bin/env -Sbash -e', '/bin/bash -e'])(
    'reads a heredoc that begins with #!%s',
    (line) => {
      expect(commands(`RUN <<EOF\n#!${line}\na b\nEOF\n`)).toEqual(['a b']);
    },
  );

  it.each(['/usr/bin/env -S python3 -u', '/usr/bin/env -Snode', '/usr/bin/env -i sh'])(
    'leaves one alone that begins with #!%s',
    (line) => {
      expect(commands(`RUN <<EOF\n#!${line}\na b\nEOF\n`)).toEqual([]);
    },
  );

  it('knows variables from what stands for itself', () => {
    const words = shellOf('RUN x $A "${B}c" \'$D\' $(e) *.f\n')?.commands[0]?.args ?? [];
    expect(words.map(({ value, literal }) => [value, literal])).toEqual([
      ['${A}', false],
      ['${B}c', false],
      ['$D', true],
      ['${…}', false],
      ['*.f', false],
    ]);
  });

  it('is none for a shell that is not of the kind', () => {
    expect(shellOf('SHELL ["powershell", "-Command"]\nRUN a | b\n')).toBeUndefined();
    expect(shellOf('# escape=`\nFROM x\nRUN dir c:\\\n')).toBeUndefined();
    expect(shellOf('# escape=`\nFROM x\nSHELL ["/bin/sh", "-c"]\nRUN ls\n')).toBeDefined();
    expect(shellOf('# hadolint shell=pwsh\nFROM x\nRUN a\nFROM y\nRUN b\n', 1)).toBeUndefined();
    expect(shellOf('FROM x AS a\nSHELL ["pwsh"]\nFROM a\nRUN b\n')).toBeUndefined();
    expect(shellOf('FROM x\nSHELL ["pwsh"]\nFROM y\nRUN b\n')).toBeDefined();
  });

  it('is that of the SHELL that ONBUILD leaves to other builds', () => {
    const file = (text: string) => shellOf(`FROM x AS a\nONBUILD SHELL ["pwsh"]\n${text}`);
    expect(file('ONBUILD RUN b\n')).toBeUndefined();
    expect(file('ONBUILD SHELL ["/bin/bash", "-c"]\nONBUILD RUN b\n')).toBeDefined();
    expect(file('RUN b\n')).toBeDefined();
    expect(file('FROM y\nONBUILD RUN b\n')).toBeDefined();
    expect(file('FROM a\nRUN b\n')).toBeUndefined();
    expect(file('FROM a AS b\nFROM b\nRUN b\n')).toBeUndefined();
    expect(file('FROM a\nONBUILD RUN b\n')).toBeUndefined();
    expect(file('FROM a AS b\nSHELL ["/bin/sh", "-c"]\nFROM b\nRUN c\n')).toBeDefined();
  });
});

describe('a text made to keep a parser busy', () => {
  const pieces =
    '( $( ` \\` ${a:- $(( if { <<E [[ case\ta\tin "$( \' <( ?( {a, f() a| a&& a; x=( time ! coproc $((1+ \\'.split(
      ' ',
    );
  it.each(pieces)('such as many %s takes no time', (piece) => {
    const text = `FROM a\nRUN ${`${piece.replaceAll('\t', ' ')} `.repeat(20_000)}\n`;
    const heredoc = `FROM a\nRUN <<EOF\n${`${piece}\n`.repeat(20_000)}EOF\n`;
    for (const one of [text, heredoc, text.replaceAll(' ', '').replace('RUN', '\nRUN ')]) {
      const file = createDockerfile(parse(one));
      const begun = process.cpuUsage();
      for (const run of file.all('RUN')) file.shell(run);
      // Time of this process, so that a busy machine doesn't count.
      const { user, system } = process.cpuUsage(begun);
      expect((user + system) / 1000).toBeLessThan(10_000);
    }
  });
});

describe('fixes of commands', () => {
  it('append in the style of the lines that are there', async () => {
    const clean = '&& dnf clean all';
    expect(await fixed('DL3040', 'FROM a\nRUN x && \\\n    dnf install -y b-1\n')).toBe(
      'FROM a\nRUN x && \\\n    dnf install -y b-1 && \\\n    dnf clean all\n',
    );
    expect(await fixed('DL3040', 'FROM a\nRUN x \\\r\n\t&& dnf install -y b-1\r\n')).toBe(
      `FROM a\nRUN x \\\r\n\t&& dnf install -y b-1 \\\r\n\t${clean}\r\n`,
    );
    expect(
      await fixed('DL3040', '# escape=`\nFROM a\nSHELL ["bash"]\nRUN x `\n && dnf install -y b-1'),
    ).toBe(`# escape=\`\nFROM a\nSHELL ["bash"]\nRUN x \`\n && dnf install -y b-1 \`\n ${clean}`);
    expect(await fixed('DL3040', 'FROM a\nRUN <<E\nset -e\n  dnf install -y b-1\nE\n')).toBe(
      'FROM a\nRUN <<E\nset -e\n  dnf install -y b-1\n  dnf clean all\nE\n',
    );
  });

  it('append nothing where it would not run, or not be read', async () => {
    for (const end of [' # why', ' &', ' ;', ' "', ' <<E\nE']) {
      expect(await fixed('DL3040', `FROM a\nRUN dnf install -y b-1${end}\n`), end).toBeUndefined();
    }
    expect(await fixed('DL3040', 'FROM a\nRUN ["dnf", "install", "-y", "b-1"]\n')).toBeUndefined();
  });

  it('keep comments and layout', async () => {
    expect(await fixed('DL3014', 'RUN apt-get \\\n  # c\n  install \\\n  a=1\n')).toBe(
      'RUN apt-get \\\n  # c\n  install -y \\\n  a=1\n',
    );
    expect(await fixed('DL3003', 'run cd /a \\\n  && b \\\n  # c\n  && d\n')).toBe(
      'workdir /a\nrun b \\\n  # c\n  && d\n',
    );
    expect(await fixed('DL3003', 'RUN cd /a \\\n  # c\n  && b\n')).toBeUndefined();
    expect(await fixed('DL3003', 'RUN cd $A && b\n')).toBeUndefined();
    expect(await fixed('DL3003', 'RUN (cd /a && b)\n')).toBeUndefined();
    expect(await fixed('DL4006', 'FROM alpine\nRUN a | b\n')).toBe(
      'FROM alpine\nSHELL ["/bin/ash", "-o", "pipefail", "-c"]\nRUN a | b\n',
    );
  });

  it('leave nothing for their rule to find', async () => {
    for (const { id, examples } of SHELL_RULES) {
      for (const { bad } of examples) {
        const after = await fixed(id, bad);
        const rule = SHELL_RULES.find((one) => one.id === id);
        if (after && rule) expect(await findings(rule, after), `${id}\n${after}`).toEqual([]);
      }
    }
  });
});
