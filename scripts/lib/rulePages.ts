import { isFixable } from '../../src/lsp/server/rules/fixable.ts';
import { homePage, pageName } from '../../src/lsp/server/rules/links.ts';
import type { Example, Rule } from '../../src/lsp/server/rules/rule.ts';

const MADE = '<!-- Made from the rules by `npm run rules`: change them there. -->';

const FAMILIES: readonly (readonly [title: string, has: (id: string) => boolean, text: string])[] =
  [
    [
      'What does not build',
      (id) => id.startsWith('build-error/'),
      'BuildKit refuses these files. They are always errors, and no comment silences them.',
    ],
    [
      "BuildKit's checks",
      (id) => /^[A-Z][A-Za-z]+$/.test(id),
      'What `docker build --check` warns of, by the same names.',
    ],
    ["hadolint's rules", (id) => /^DL\d/.test(id), 'What hadolint says, by the same codes.'],
    [
      'Our own',
      (id) => id.startsWith('stevedore/'),
      'Where both are silent and people lose hours.',
    ],
  ];

/** The files of docs/rules by their names, made from what the rules say of themselves. */
export function rulePages(rules: readonly Rule[]): ReadonlyMap<string, string> {
  const pages = new Map([['README.md', overview(rules)]]);
  for (const rule of rules) pages.set(`${pageName(rule.id)}.md`, page(rule, rules));
  return pages;
}

function overview(rules: readonly Rule[]): string {
  const tables = FAMILIES.flatMap(([title, has, text]) => {
    const members = rules.filter(({ id }) => has(id));
    if (members.length === 0) return [];
    const rows = members.map((rule) =>
      [
        link(rule.id),
        rule.same === undefined ? '' : nameOf(rule.same, rules),
        `${rule.severity}${rule.off ? ', off' : ''}`,
        isFixable(rule) ? 'yes' : '',
        cell(rule.title),
      ].join(' | '),
    );
    const head = ['Rule | Same as | Severity | Fix | What it says', '--- | --- | --- | --- | ---'];
    return [
      `## ${title}`,
      text,
      [...head, ...rows].map((row) => `| ${row} |`.replaceAll('|  |', '| |')).join('\n'),
    ];
  });
  const fixable = rules.filter(isFixable).length;
  return join([
    MADE,
    '# Rules',
    `${rules.length} rules; ${fixable} of them have fixes in the editor, of which \`stevedore-check --fix\` applies those that keep what is built. How to set, silence and run them: [the language server](../language-server.md).`,
    ...tables,
    '## ShellCheck',
    'With a `shellcheck` program at hand, what it finds in RUN is shown too, as `SC####`. Its [wiki](https://www.shellcheck.net/wiki/) explains each.',
  ]);
}

function page(rule: Rule, rules: readonly Rule[]): string {
  const facts = [
    `Severity: ${rule.severity}${rule.off ? ' (off until a configuration turns it on)' : ''}`,
    ...(rule.same === undefined ? [] : [`The same as ${nameOf(rule.same, rules)}`]),
    ...(isFixable(rule) ? ['Can be fixed'] : []),
  ];
  const home = homePage(rule.id);
  const many = rule.examples.length > 1;
  return join([
    MADE,
    `# ${rule.id}: ${rule.title}`,
    facts.join(' · '),
    rule.why.trim(),
    ...rule.examples.flatMap((example, index) => shown(example, many ? ` ${index + 1}` : '')),
    ...silencing(rule),
    ...(home === undefined ? [] : [`See also [what its makers say](${home}).`]),
    '[All rules](README.md)',
  ]);
}

function shown({ bad, good, config, files = {} }: Example, number: string): string[] {
  const given = [
    ...(config === undefined ? [] : ['With this `.hadolint.yaml`:', fence(config, 'yaml')]),
    ...Object.entries(files).flatMap(([path, text]) =>
      text === '' ? [`With a file \`${path}\`.`] : [`With this \`${path}\`:`, fence(text, '')],
    ),
  ];
  return [
    `## Example${number}`,
    ...given,
    'Instead of',
    fence(bad, 'dockerfile'),
    'write',
    fence(good, 'dockerfile'),
  ];
}

function silencing({ id, same, severity, off }: Rule): string[] {
  if (id.startsWith('build-error/')) return [];
  const isBuildKit = /^[A-Z][A-Za-z]+$/.test(id);
  const ways = [
    ...(isBuildKit ? [`# check=skip=${id}`] : []),
    `# hadolint ignore=${isBuildKit ? (same ?? id) : id}`,
  ];
  const both = isBuildKit && same !== undefined;
  const other = off ? severity : severity === 'info' ? 'warning' : 'info';
  return [
    '## Settings',
    both
      ? 'These lines above an instruction silence it there, each its own name:'
      : `${ways.length > 1 ? 'Either of these lines' : 'This line'} above an instruction silences it there:`,
    fence(ways.join('\n'), 'dockerfile'),
    `\`"stevedore.dockerfile.lint.rules": { "${id}": "${other}" }\` sets its level in the editor, \`"off"\` turns it off; \`.hadolint.yaml\` does both for the editor and the command line.`,
  ];
}

function nameOf(id: string, rules: readonly Rule[]): string {
  if (rules.some((rule) => rule.id === id)) return link(id);
  const home = homePage(id);
  return home === undefined ? id : `[${id}](${home})`;
}

const link = (id: string) => `[${id}](${pageName(id)}.md)`;
const cell = (text: string) => text.replaceAll('|', String.raw`\|`);

/** A code block whose fence is longer than any run of backticks in it. */
function fence(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${text.replace(/\n$/, '')}\n${mark}`;
}

const join = (parts: readonly string[]) => `${parts.join('\n\n')}\n`;
