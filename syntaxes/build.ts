import { writeFileSync } from 'node:fs';
import { heredocs } from './heredocs.ts';
import type { Rule } from './rule.ts';
import { include, named } from './rule.ts';

/** A file of this directory and what it holds. */
interface Generated {
  readonly file: string;
  readonly grammar: Rule;
}

const KEYWORD = 'keyword.control';
const FLAG = ['punctuation.definition.flag', 'variable.parameter.flag', 'keyword.operator.assignment'] as const;
/** Takes the space before it too, or a shell would begin a statement there. */
const FLAG_START = String.raw`(?<![ \t])[ \t]*+(?<!\S)(--)`;
/** Sees a heredoc that begins outside quotes later in the line. */
const HEREDOC_AHEAD = String.raw`(?>[^"'<\\]|\\.|"(?>\\.|[^"\\])*"|'[^']*'|<<<|<(?!<))*<<-?(?:"[^"]*"|'[^']*'|[A-Za-z_])`;
const INSTRUCTIONS =
  'add|arg|cmd|copy|entrypoint|env|expose|from|healthcheck|label|maintainer|onbuild|run|shell|stopsignal|user|volume|workdir';

/** The rules for one escape character; `mark` is it as a regular expression and `suffix` tells the two sets apart. */
function rulesFor(mark: string, suffix: string): { repository: Record<string, Rule>; top: Rule[] } {
  const VALUE_END = String.raw`(?=\s|$|${mark}[ \t]*$)`;
  const key = (name: string) => `${name}${suffix}`;
  const ref = (...names: readonly string[]) => include(...names.map((name) => `#${key(name)}`));
  const instruction = (words: string, scope: string, patterns: readonly Rule[], more: Rule = {}): Rule => ({
    name: `meta.instruction.${scope}.dockerfile`,
    begin: String.raw`^\s*(?:((?i:onbuild))\s+)?((?i:${words}))(?=\s|$)`,
    beginCaptures: named(KEYWORD, KEYWORD),
    end: '$',
    patterns,
    ...more,
  });
  const embedded = { contentName: `meta.embedded.line.shell${suffix}.dockerfile` };
  /**
   * An instruction that embeds a language lasts while its lines are continued, whatever that language has left open.
   * `\\G` holds at the start of a line only when the innermost rule began with the line end before: a continuation.
   */
  const embedding = (words: string, scope: string, patterns: readonly Rule[]): Rule => {
    const { end: _end, ...rule } = instruction(words, scope, patterns, embedded);
    return { ...rule, while: String.raw`\G(?!${HEREDOC_AHEAD})` };
  };
  const body = ref('continuation', 'flag');
  const values = ref('string', 'variable', 'escape');
  // The shell's own rules look for a command at the start of a line or after an operator, and here stands a keyword.
  const command = {
    name: 'meta.statement.shell',
    begin: String.raw`(?<![<>\s])[ \t]+(?=[^\s\[#!&|(){}<>;-])(?!(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in|select|function|time)(?![\w-]))(?!${mark}[ \t]*$)`,
    end: String.raw`(?=[;|&\n)}]|[ \t]*#)(?<!\\)`,
    patterns: include('source.shell#typical_statements', 'source.shell'),
  };
  const shell = [...body, ...include('source.shell')];
  const commands = [...shell, command];
  const runBefore = (ahead: string) => String.raw`^\s*(?:((?i:onbuild))\s+)?((?i:run))(?=\s${ahead})`;
  const inArray = [
    { name: 'string.quoted.double.dockerfile', begin: '"', end: '"|$', patterns: [{ match: String.raw`\\.`, name: 'constant.character.escape.dockerfile' }] },
    { match: ',', name: 'punctuation.separator.array.dockerfile' },
    ...ref('continuation'),
  ];
  const plainVariable = { match: String.raw`(\$)([A-Za-z_]\w*)`, name: 'variable.other.dockerfile', captures: named('punctuation.definition.variable') };
  const braced = {
    begin: String.raw`(\$\{)([A-Za-z_]\w*)?`,
    beginCaptures: named('punctuation.definition.variable'),
    end: String.raw`(\})|$`,
    endCaptures: named('punctuation.definition.variable'),
    patterns: [{ match: String.raw`\G(?::?[-+?]|##?|%%?|//?)`, name: 'keyword.operator.expansion.dockerfile' }, ...ref('continuation', 'escape', 'nested-variable')],
  };
  const terminator = { match: String.raw`^\t*([A-Za-z_][\w.-]*)$`, captures: named('keyword.control.heredoc-token') };
  const repository: Record<string, Rule> = {
    continuation: {
      begin: String.raw`(?<!${mark})(${mark})[ \t]*\n`,
      beginCaptures: named('punctuation.separator.continuation'),
      end: String.raw`^(?!\s*(?:#|$))`,
      patterns: [...PRAGMAS, { match: String.raw`^\s*(#).*$`, name: 'comment.line.number-sign.dockerfile', captures: named('punctuation.definition.comment') }],
    },
    flag: {
      patterns: [
        {
          begin: String.raw`${FLAG_START}(mount)(=)`,
          beginCaptures: named(...FLAG),
          end: VALUE_END,
          patterns: [
            { match: String.raw`(?<=[=,])[A-Za-z]+(?==)|(?<=,)[A-Za-z]+(?=,|\s|$)`, name: 'variable.other.property.dockerfile' },
            ...ref('variable'),
            { match: String.raw`[^\s,=$${mark}]+`, name: 'string.unquoted.dockerfile' },
          ],
        },
        {
          begin: String.raw`${FLAG_START}([A-Za-z][\w-]*)(=)?`,
          beginCaptures: named(...FLAG),
          end: VALUE_END,
          patterns: [...ref('variable'), { match: String.raw`[^\s$${mark}]+`, name: 'string.unquoted.dockerfile' }],
        },
      ],
    },
    escape: { match: `${mark}.`, name: 'constant.character.escape.dockerfile' },
    variable: {
      patterns: [
        plainVariable,
        { name: 'variable.other.braced.dockerfile', ...braced },
      ],
    },
    // Without a name of their own, for VS Code looks through all names at every step.
    'nested-variable': { patterns: [plainVariable, braced] },
    string: {
      patterns: [
        { name: 'string.quoted.double.dockerfile', begin: '"', end: '"|$', patterns: ref('continuation', 'escape', 'variable') },
        { name: 'string.quoted.single.dockerfile', begin: "'", end: "'|$", patterns: ref('continuation') },
      ],
    },
    json: {
      name: 'meta.structure.array.dockerfile',
      begin: String.raw`\G\s*(\[)(?=\s*(?:"(?:[^"\\]|\\.)*"\s*[,\]]|\]|${mark}?\s*$))`,
      beginCaptures: named('punctuation.definition.array'),
      end: String.raw`(\])|$`,
      endCaptures: named('punctuation.definition.array'),
      patterns: inArray,
    },
    'flags-json': {
      name: 'meta.structure.array.dockerfile',
      begin: String.raw`\G((?:\s+--\S+)+)\s+(\[)(?=\s*"(?:[^"\\]|\\.)*"\s*[,\]])`,
      beginCaptures: { 1: { patterns: ref('flag') }, 2: { name: 'punctuation.definition.array.dockerfile' } },
      end: String.raw`(\])|$`,
      endCaptures: named('punctuation.definition.array'),
      patterns: inArray,
    },
    image: {
      patterns: [
        { match: String.raw`(?<=\s)((?i:as))(?=\s|$)(?:\s+([A-Za-z][\w.-]*))?`, captures: named(KEYWORD, 'entity.name.type.stage') },
        ...ref('variable'),
        { match: String.raw`(?<=\s)((?:[A-Za-z0-9-]+\.[A-Za-z0-9.-]*|localhost|[A-Za-z0-9-]+(?=:\d))(?::\d+)?)(/)`, captures: named('entity.name.namespace.registry', 'punctuation.separator.path') },
        { match: String.raw`(@)([A-Za-z0-9+._-]+:[A-Fa-f0-9]+)`, captures: named('punctuation.separator.digest', 'constant.numeric.digest') },
        { match: String.raw`(?<=\S)(:)(\w[\w.-]*)`, captures: named('punctuation.separator.tag', 'constant.numeric.tag') },
        { match: String.raw`(?<=\s)[A-Za-z0-9_][\w./-]*|(?<=/)[A-Za-z0-9_][\w./-]*`, name: 'entity.name.type.image.dockerfile' },
      ],
    },
    terminator,
    pair: {
      patterns: [
        { match: String.raw`(?<=\s)([A-Za-z_][\w.-]*)(=)`, captures: named('variable.other.property', 'keyword.operator.assignment') },
        { match: String.raw`\G\s+([A-Za-z_][\w.-]*)(?=\s|$)`, captures: named('variable.other.property') },
      ],
    },
    run: embedding('run', 'run', [...ref('json', 'flags-json'), ...commands]),
    'run-heredoc': instruction('run', 'run.heredoc', commands, { ...embedded, begin: runBefore(HEREDOC_AHEAD) }),
    // A line that continues a command and begins a heredoc: the command's own rule has ended before it.
    'continued-heredoc': {
      begin: String.raw`^(?=\s*[^#\s])(?!\s*(?i:${INSTRUCTIONS})\s)(?=${HEREDOC_AHEAD})`,
      end: '$',
      name: 'meta.instruction.run.heredoc.dockerfile',
      ...embedded,
      patterns: commands,
    },
    command: embedding('cmd|entrypoint', 'command', [...ref('json'), ...commands]),
    healthcheck: {
      ...embedding('healthcheck', 'healthcheck', [
        ...body,
        { match: String.raw`(?<=\s)((?i:none))(?=\s*$)`, captures: named(KEYWORD) },
        { begin: String.raw`(?<=\s)((?i:cmd))(?=\s|$)`, beginCaptures: named(KEYWORD), end: '(?!)', patterns: [...ref('json'), ...commands] },
      ]),
    },
    from: instruction('from', 'from', [...body, ...ref('image')]),
    copy: instruction('copy|add', 'copy', [...ref('terminator'), ...include('#heredoc-copy'), ...ref('json', 'flags-json'), ...body, ...values]),
    pairs: instruction('env|arg|label', 'pairs', [...ref('pair', 'continuation'), ...values]),
    expose: instruction('expose', 'expose', [...body, ...values, { match: String.raw`(?<=[\s-])(\d+)(?:(/)([A-Za-z]+))?`, captures: named('constant.numeric', 'punctuation.separator.protocol', 'constant.language.protocol') }]),
    other: instruction('user|workdir|volume|shell|stopsignal|maintainer', 'other', [...ref('json'), ...body, ...values]),
    lone: { match: String.raw`^\s*((?i:onbuild))(?=\s|$)`, captures: named(KEYWORD) },
  };
  const top = ref('run-heredoc', 'run', 'command', 'healthcheck', 'from', 'copy', 'pairs', 'expose', 'other', 'lone', 'continued-heredoc');
  return { repository: Object.fromEntries(Object.entries(repository).map(([name, rule]) => [key(name), rule])), top };
}

const DIRECTIVE_SCOPES = named('punctuation.definition.comment', 'keyword.other.directive', 'keyword.operator.assignment', 'string.unquoted.directive');
/** What a pragma is set to: `skip=JSONArgsRecommended,StageNameCasing;error=true`. */
const SETTING: readonly Rule[] = [
  { match: String.raw`\b(skip|error|experimental|ignore|shell)\s*(=)`, captures: named('variable.parameter.directive', 'keyword.operator.assignment') },
  { match: String.raw`[\w./-]+`, name: 'string.unquoted.directive.dockerfile' },
  { match: '[,;]', name: 'punctuation.separator.directive.dockerfile' },
];
/** Comments that are told to a checker, wherever a comment may stand. */
const PRAGMAS: readonly Rule[] = [
  {
    match: String.raw`^\s*(#)\s*((?i:check))\s*(=)\s*(\S.*)$`,
    name: 'comment.line.directive.dockerfile',
    captures: { ...named('punctuation.definition.comment', 'keyword.other.directive', 'keyword.operator.assignment'), 4: { patterns: SETTING } },
  },
  {
    match: String.raw`^\s*(#)\s*((?i:hadolint))\s+(?:(global|stage)\s+)?((?:ignore|shell)\s*=.*)$`,
    name: 'comment.line.directive.dockerfile',
    captures: { ...named('punctuation.definition.comment', 'keyword.other.directive', 'keyword.other.directive'), 4: { patterns: SETTING } },
  },
];

function dockerfile(): Rule {
  const backslash = rulesFor(String.raw`\\`, '');
  const backtick = rulesFor('`', '-backtick');
  const continued = (suffix: string) => ({ patterns: include(`#continuation${suffix}`) });
  return {
    name: 'Dockerfile',
    scopeName: 'source.dockerfile',
    patterns: [
      {
        // From this directive on, to the end of the file, the backtick continues lines.
        begin: String.raw`^\s*(#)\s*((?i:escape))\s*(=)\s*(${'`'})\s*$`,
        beginCaptures: DIRECTIVE_SCOPES,
        end: '(?!)',
        patterns: [...include('#directive', '#comment'), ...backtick.top],
      },
      ...include('#directive', '#comment'),
      ...backslash.top,
    ],
    // The shell's own rules would take a continuation, and comments after it, for the end of a command.
    injections: {
      // A heredoc may begin wherever a command goes on.
      [`L:meta.instruction.run.heredoc.dockerfile - (string | comment | meta.heredoc.dockerfile)`]: {
        patterns: include('#terminator', '#heredoc-run'),
      },
      'L:meta.embedded.line.shell.dockerfile': continued(''),
      'L:meta.embedded.line.shell-backtick.dockerfile': continued('-backtick'),
    },
    repository: {
      directive: { patterns: [...PRAGMAS, { match: String.raw`^\s*(#)\s*((?i:syntax|escape))\s*(=)\s*(\S.*)$`, name: 'comment.line.directive.dockerfile', captures: DIRECTIVE_SCOPES }] },
      comment: { match: String.raw`^\s*(#).*$`, name: 'comment.line.number-sign.dockerfile', captures: named('punctuation.definition.comment') },
      ...heredocs(),
      ...backslash.repository,
      ...backtick.repository,
    },
  };
}

function dockerignore(): Rule {
  const scopes = (...names: readonly string[]) => Object.fromEntries(names.map((name, i) => [String(i + 1), { name: `${name}.dockerignore` }]));
  return {
    name: 'Docker Ignore',
    scopeName: 'source.dockerignore',
    patterns: [
      { match: '^(#).*$', name: 'comment.line.number-sign.dockerignore', captures: scopes('punctuation.definition.comment') },
      {
        name: 'string.unquoted.pattern.dockerignore',
        begin: String.raw`^\s*(!)?(?=\S)`,
        beginCaptures: scopes('keyword.control.negation'),
        end: '$',
        patterns: [
          { match: String.raw`\\.`, name: 'constant.character.escape.dockerignore' },
          { match: String.raw`\*\*`, name: 'keyword.operator.globstar.dockerignore' },
          { match: '[*?]', name: 'keyword.operator.wildcard.dockerignore' },
          { match: String.raw`\[[^\]\n]*\]`, name: 'constant.character.character-class.dockerignore' },
          { match: '/', name: 'punctuation.separator.path.dockerignore' },
        ],
      },
    ],
  };
}

/** The grammars as they are written to this directory. */
export function generate(): Generated[] {
  return [
    { file: 'dockerfile.tmLanguage.json', grammar: dockerfile() },
    { file: 'dockerignore.tmLanguage.json', grammar: dockerignore() },
  ];
}

/** A grammar as the text of its file. */
export function print(grammar: Rule): string {
  return `${JSON.stringify(grammar, null, 2)}\n`;
}

if (process.argv[1]?.endsWith('syntaxes/build.ts')) {
  for (const { file, grammar } of generate()) writeFileSync(new URL(file, import.meta.url), print(grammar));
}
