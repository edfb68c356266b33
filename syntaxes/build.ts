import { writeFileSync } from 'node:fs';

/** A TextMate rule, of the parts that our grammars use. */
export interface Rule {
  readonly [key: string]: unknown;
}

/** A file of this directory and what it holds. */
interface Generated {
  readonly file: string;
  readonly grammar: Rule;
}

const include = (...names: readonly string[]): Rule[] => names.map((name) => ({ include: name }));
const named = (...names: readonly (string | undefined)[]): Rule =>
  Object.fromEntries(names.flatMap((name, i) => (name ? [[String(i + 1), { name: `${name}.dockerfile` }]] : [])));

const KEYWORD = 'keyword.control';
const FLAG = ['punctuation.definition.flag', 'variable.parameter.flag', 'keyword.operator.assignment'] as const;
/** Takes the space before it too, or a shell would begin a statement there. */
const FLAG_START = String.raw`(?<![ \t])[ \t]*+(?<!\S)(--)`;
const HEREDOC = String.raw`(?<!<)(\d*<<-?)(["']?)([A-Za-z_][\w.-]*)(\2)`;
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
  const heredocs = ref('terminator', 'two-heredocs', 'python-heredoc', 'sh-heredoc', 'shell-heredoc');
  const runBefore = (ahead: string) => String.raw`^\s*(?:((?i:onbuild))\s+)?((?i:run))(?=\s${ahead})`;
  const heredoc = (name: string, more: Rule): Rule => ({
    begin: String.raw`${HEREDOC}(.*)$`,
    beginCaptures: {
      ...named('keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string'),
      5: { patterns: name === 'shell' ? include('source.shell') : values },
    },
    while: String.raw`^(?!\t*\3$)`,
    ...more,
  });
  const python = { begin: String.raw`^#!.*\bpython.*$`, beginCaptures: { 0: { name: 'comment.line.shebang.dockerfile' } }, end: '(?!)', contentName: 'meta.embedded.block.python.dockerfile', patterns: include('source.python') };
  const terminator = { match: String.raw`^\t*([A-Za-z_][\w.-]*)$`, captures: named('keyword.control.heredoc-token') };
  const repository: Record<string, Rule> = {
    continuation: {
      begin: String.raw`(?<!${mark})(${mark})[ \t]*\n`,
      beginCaptures: named('punctuation.separator.continuation'),
      end: String.raw`^(?!\s*(?:#|$))`,
      patterns: [{ match: String.raw`^\s*(#).*$`, name: 'comment.line.number-sign.dockerfile', captures: named('punctuation.definition.comment') }],
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
        { match: String.raw`(\$)([A-Za-z_]\w*)`, name: 'variable.other.dockerfile', captures: named('punctuation.definition.variable') },
        {
          name: 'variable.other.braced.dockerfile',
          begin: String.raw`(\$\{)([A-Za-z_]\w*)?`,
          beginCaptures: named('punctuation.definition.variable'),
          end: String.raw`(\})|$`,
          endCaptures: named('punctuation.definition.variable'),
          patterns: [{ match: String.raw`\G(?::?[-+?]|##?|%%?|//?)`, name: 'keyword.operator.expansion.dockerfile' }, ...ref('continuation', 'escape', 'variable')],
        },
      ],
    },
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
      patterns: [
        { name: 'string.quoted.double.dockerfile', begin: '"', end: '"|$', patterns: [{ match: String.raw`\\.`, name: 'constant.character.escape.dockerfile' }] },
        { match: ',', name: 'punctuation.separator.array.dockerfile' },
        ...ref('continuation'),
      ],
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
    'python-heredoc': {
      begin: String.raw`\b(python[\d.]*)([^<\n]*)${HEREDOC.replace(String.raw`\2`, String.raw`\4`)}(.*)$`,
      beginCaptures: { 0: { name: 'meta.heredoc.dockerfile' }, ...named('support.function', undefined, 'keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string') },
      while: String.raw`^(?!\t*\5$)`,
      contentName: 'meta.embedded.block.python.dockerfile',
      patterns: include('source.python'),
    },
    'sh-heredoc': {
      begin: String.raw`\b((?:ba|da|k|z|a)?sh)(?=[\s<])([^<\n]*)${HEREDOC.replace(String.raw`\2`, String.raw`\4`)}(.*)$`,
      beginCaptures: { 0: { name: 'meta.heredoc.dockerfile' }, ...named('support.function', undefined, 'keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string') },
      while: String.raw`^(?!\t*\5$)`,
      contentName: 'meta.embedded.block.shell.dockerfile',
      patterns: include('source.shell'),
    },
    'two-heredocs': {
      begin: String.raw`(\d*<<-?)(["']?)([A-Za-z_][\w.-]*)(\2)([^<\n]*)(\d*<<-?)(["']?)([A-Za-z_][\w.-]*)(\7)(.*)$`,
      beginCaptures: {
        ...named('keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string', undefined, 'keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string'),
        10: { patterns: values },
      },
      while: String.raw`^(?!\t*\8$)`,
      contentName: 'string.unquoted.heredoc.dockerfile',
    },
    'shell-heredoc': heredoc('shell', { contentName: 'meta.embedded.block.shell.dockerfile', patterns: [python, ...include('source.shell')] }),
    'file-heredoc': heredoc('file', { contentName: 'string.unquoted.heredoc.dockerfile', patterns: ref('variable') }),
    terminator,
    pair: {
      patterns: [
        { match: String.raw`(?<=\s)([A-Za-z_][\w.-]*)(=)`, captures: named('variable.other.property', 'keyword.operator.assignment') },
        { match: String.raw`\G\s+([A-Za-z_][\w.-]*)(?=\s|$)`, captures: named('variable.other.property') },
      ],
    },
    run: embedding('run', 'run', [...ref('json'), ...commands]),
    'run-heredocs': instruction('run', 'run', [...heredocs, ...body, ...values], { begin: runBefore(HEREDOC_AHEAD + HEREDOC_AHEAD) }),
    'run-heredoc': instruction('run', 'run', [...heredocs, ...shell, { ...command, patterns: [...heredocs, ...command.patterns] }], { ...embedded, begin: runBefore(HEREDOC_AHEAD) }),
    // A line that continues a command and begins a heredoc: the command's own rule has ended before it.
    'continued-heredoc': {
      begin: String.raw`^(?=\s*[^#\s])(?!\s*(?i:${INSTRUCTIONS})\s)(?=${HEREDOC_AHEAD})`,
      end: '$',
      ...embedded,
      patterns: [...heredocs, ...shell],
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
    copy: instruction('copy|add', 'copy', [...ref('terminator', 'two-heredocs', 'file-heredoc', 'json'), ...body, ...values]),
    pairs: instruction('env|arg|label', 'pairs', [...ref('pair', 'continuation'), ...values]),
    expose: instruction('expose', 'expose', [...body, ...values, { match: String.raw`(?<=[\s-])(\d+)(?:(/)([A-Za-z]+))?`, captures: named('constant.numeric', 'punctuation.separator.protocol', 'constant.language.protocol') }]),
    other: instruction('user|workdir|volume|shell|stopsignal|maintainer', 'other', [...ref('json'), ...body, ...values]),
    lone: { match: String.raw`^\s*((?i:onbuild))(?=\s|$)`, captures: named(KEYWORD) },
  };
  const top = ref('run-heredocs', 'run-heredoc', 'run', 'command', 'healthcheck', 'from', 'copy', 'pairs', 'expose', 'other', 'lone', 'continued-heredoc');
  return { repository: Object.fromEntries(Object.entries(repository).map(([name, rule]) => [key(name), rule])), top };
}

const DIRECTIVE_SCOPES = named('punctuation.definition.comment', 'keyword.other.directive', 'keyword.operator.assignment', 'string.unquoted.directive');

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
      'L:meta.embedded.line.shell.dockerfile': continued(''),
      'L:meta.embedded.line.shell-backtick.dockerfile': continued('-backtick'),
    },
    repository: {
      directive: { match: String.raw`^\s*(#)\s*((?i:syntax|escape|check))\s*(=)\s*(\S.*)$`, name: 'comment.line.directive.dockerfile', captures: DIRECTIVE_SCOPES },
      comment: { match: String.raw`^\s*(#).*$`, name: 'comment.line.number-sign.dockerfile', captures: named('punctuation.definition.comment') },
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
