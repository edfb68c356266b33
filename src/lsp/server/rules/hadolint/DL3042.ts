import { hasFlag, hasSequence } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { Rule } from '../rule.ts';
import { isPip, pipInstall } from './packages.ts';
import { addWord } from './shellFixes.ts';
import type { Site } from './sites.ts';
import { everyCommand, hasCache, isMounted, reach, variable } from './sites.ts';

const VARIABLE = 'PIP_NO_CACHE_DIR';
const TRUE = /^(?:1|true|on|yes)$/i;

export const DL3042: Rule = {
  id: 'DL3042',
  severity: 'warning',
  title: 'Use --no-cache-dir with pip install',
  why: `pip keeps what it downloads and builds in a cache so that the next install is quicker. In an image there is no
next install: the cache only makes the layer larger. \`--no-cache-dir\`, or \`PIP_NO_CACHE_DIR=1\` in the environment,
turns it off; a cache mount keeps it for the next build without putting it into the image.`,
  examples: [
    {
      bad: 'FROM python:3.13\nRUN pip install flask==3.1.0\n',
      good: 'FROM python:3.13\nRUN pip install --no-cache-dir flask==3.1.0\n',
      fixed: true,
    },
    {
      bad: 'FROM python:3.13\nENV PIP_NO_CACHE_DIR=off\nRUN pip install flask==3.1.0\n',
      good: 'FROM python:3.13\nENV PIP_NO_CACHE_DIR=1\nRUN pip install flask==3.1.0\n',
    },
    {
      bad: 'FROM python:3.13\nRUN python3 -m pip install flask==3.1.0\n',
      good: 'FROM python:3.13\nRUN --mount=type=cache,target=/root/.cache/pip python3 -m pip install flask==3.1.0\n',
    },
  ],
  check: everyCommand(isPip, (command, site) => {
    const word = pipInstall(command);
    if (!word || isWrapper(command) || hasFlag(command, 'no-cache-dir')) return undefined;
    if (isMounted(site, '.cache/pip') || isSet(site)) return undefined;
    return {
      span: reach(command, word, site),
      message: 'The cache that pip keeps stays in the image. Add --no-cache-dir.',
      fixes: addWord(site, command, word, '--no-cache-dir', hasCache(site) ? 'unsafe' : 'safe'),
    };
  }),
};

/** pipx and pipenv don't take the flag. */
function isWrapper(command: ShellCommand): boolean {
  return (
    command.name.includes('pipx') ||
    hasSequence(command, '-m', 'pipx') ||
    hasSequence(command, '-m', 'pipenv')
  );
}

function isSet(site: Site): boolean {
  if (TRUE.test(variable(site, VARIABLE) ?? '')) return true;
  return site.shell.assignments.some(({ name, value }) => name === VARIABLE && TRUE.test(value));
}
