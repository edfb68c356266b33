import type { Dockerfile } from '../../model/dockerfile.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import { operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';

/** A default that stands for something else every day. */
export const unreproducibleArg: Rule = {
  id: 'stevedore/unreproducible-arg',
  severity: 'info',
  title: 'The default of an ARG makes the build unreproducible',
  why: 'An argument whose default is a branch, a channel or any version (`main`, `latest`, `stable`, `*`) downloads something else from day to day, and the build cache does not notice: it keeps what was current when the layer was made. Let the default be a version, a tag or a commit, which `--build-arg` can still replace.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nARG TOOL_VERSION=latest\nRUN wget -q https://example.com/tool/$TOOL_VERSION/tool.tar.gz\n',
      good: 'FROM alpine:3.20\nARG TOOL_VERSION=1.4.2\nRUN wget -q https://example.com/tool/$TOOL_VERSION/tool.tar.gz\n',
    },
    {
      bad: 'ARG TAG=nightly\nFROM rust:${TAG}\n',
      good: 'ARG TAG=1.83.0\nFROM rust:${TAG}\n',
    },
    {
      bad: 'FROM alpine/git:v2.47.1\nARG REF=main\nRUN git clone --branch ${REF} https://example.com/repo.git\n',
      good: 'FROM alpine/git:v2.47.1\nARG REF=v1.4.2\nRUN git clone --branch ${REF} https://example.com/repo.git\n',
    },
  ],
  check: (file) =>
    file.all('ARG').flatMap((instruction) => {
      if (instruction.parent) return [];
      return file.pairs(instruction).flatMap(({ key, value }) => {
        const text = value && unquote(value.text);
        if (!value || !text || !MOVES.test(text)) return [];
        if (!isFetched(file, key.text, instruction.stage)) return [];
        return [
          {
            span: { start: value.start, end: value.end },
            message: `"${text}" names something else as time goes by, and the build with it. Use a version, a tag or a commit.`,
          },
        ];
      });
    }),
};

const MOVES =
  /^(?:\*|latest|(?:(?:refs\/heads|origin)\/)?(?:master|main|trunk|develop)|head|tip|stable|nightly|edge|lts|current|canary|rolling|unstable)$/i;

/** What programs are told to do that fetches what one of their words names. */
const FETCHES: ReadonlyMap<string, string> = new Map([
  ['git', 'clone fetch pull checkout switch reset archive submodule ls-remote'],
  ['npm', 'install i add ci clean-install update exec pack'],
  ['pnpm', 'install i add update up dlx'],
  ['yarn', 'install add global upgrade up dlx'],
  ['pip', 'install download wheel'],
  ['pip3', 'install download wheel'],
  ['gem', 'install update fetch'],
  ['cargo', 'install add update fetch'],
  ['rustup', 'install update default toolchain target component'],
  ['nvm', 'install'],
  ['pyenv', 'install'],
  ['go', 'install get'],
]);
/** Flags with a value that may stand before the word that tells what to do. */
const VALUES = new Set(['-C', '-c', '--git-dir', '--work-tree', '--prefix', '--cwd', '--dir']);

function fetches(command: ShellCommand): boolean {
  const [verb] = operands(command, VALUES);
  return verb !== undefined && FETCHES.get(command.name)?.split(' ').includes(verb.value) === true;
}

/** Whether a variable decides what is fetched: in FROM's tag, in a URL, or in a word of a command that fetches. */
function isFetched(file: Dockerfile, name: string, stage: number): boolean {
  const reference = new RegExp(String.raw`\$(?:\{${escaped(name)}\}|${escaped(name)}(?!\w))`);
  if (stage < 0) {
    const inFrom = file.tree.stages.some(
      ({ image, from }, index) =>
        image &&
        /[:@]/.test(image.text) &&
        reference.test(image.text.slice(image.text.lastIndexOf(':'))) &&
        from.stage === index,
    );
    if (inFrom) return true;
  }
  return file.all('RUN', 'ADD').some((one) => {
    if (stage >= 0 && one.stage !== stage && file.scopeAt(one).get(name) === undefined)
      return false;
    if (stage < 0 && file.scopeAt(one).get(name) === undefined) return false;
    if (one.name === 'ADD')
      return argumentWords(one, file.tree.escape).some(
        ({ text }) => text.includes('://') && reference.test(text),
      );
    const shell = file.shell(one);
    return (
      shell?.commands.some((command) =>
        [...command.args].some(
          ({ text, value }) =>
            (reference.test(text) || reference.test(value)) &&
            (value.includes('://') || fetches(command)),
        ),
      ) === true
    );
  });
}

const escaped = (name: string) => name.replace(/[^\w]/g, String.raw`\$&`);
