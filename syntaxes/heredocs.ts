import type { Language } from './languages.ts';
import { embeddedScope, LANGUAGES } from './languages.ts';
import type { Rule } from './rule.ts';
import { include, named } from './rule.ts';

const NAME = String.raw`[A-Za-z_][\w.-]*`;
/** A heredoc's operator, opening quote, name and closing quote; `quote` is the number of the opening quote's group. */
const operator = (quote: number) => String.raw`(?<!<)(\d*<<-?)(["']?)(${NAME})` + `(\\${quote})`;
const OPERATOR = String.raw`(?<!<)\d*<<-?`;
/** Text of the line between what counts. Bounded, for the regular expressions are tried at many places of a line. */
const BETWEEN = String.raw`[^<\n]{0,200}`;
/** Programs that pass on what they read: the heredoc's language is that of the file it goes to. */
const PASSING = 'cat|tee';
/** Where no further heredoc begins. */
const SCOPE = 'meta.heredoc.dockerfile';
/** Matches nothing. */
const NONE = '(?!)';
const ends = String.raw`(?=["'\s;&|)]|$)`;

interface Kind {
  readonly key: string;
  /** What makes a heredoc of this kind; it begins at a program or at the operator. */
  readonly ahead: string;
  /** Programs that the match may begin at. */
  readonly words: string;
  readonly content: Rule;
}

interface Context {
  readonly key: string;
  readonly kinds: readonly Kind[];
  /** The programs of all kinds. */
  readonly words: string;
  /** What stands behind the operator. */
  readonly rest: readonly Rule[];
}

function aheadOf({ names, files, programs }: Language, run: boolean): string {
  const file = String.raw`\.(?:${files})${ends}`;
  const byName = String.raw`(?:(?i:(?:${names})(?:_?EOF|_?END)?)(?![\w.-])|[\w.-]*${file}|${NAME}["']?\s[^<\n]{0,300}?${file})`;
  const parts = run
    ? [
        ...(programs ? [String.raw`\b(?:${programs})(?=[\s<])`] : []),
        String.raw`(?:\b(?:${PASSING})(?=[\s<])${BETWEEN})?${OPERATOR}["']?${byName}`,
        String.raw`\b(?:${PASSING})\s${BETWEEN}?${file}`,
      ]
    : [String.raw`${OPERATOR}["']?${byName}`];
  return `(?:${parts.join('|')})`;
}

const shebangs: Rule[] = LANGUAGES.flatMap(({ id, scope, programs }) =>
  programs && id !== 'shellscript'
    ? [{ begin: String.raw`^#!.*\b(?:${programs})(?=\s|$).*$`, beginCaptures: { 0: { name: 'comment.line.shebang.dockerfile' } }, end: '(?!)', contentName: embeddedScope(id), patterns: include(scope) }]
    : [],
);
const inLanguage = ({ id, scope, fallback }: Language): Rule => ({
  contentName: embeddedScope(id),
  patterns: include(scope, ...(fallback ? [fallback] : [])),
});
const plain: Rule = { contentName: 'string.unquoted.heredoc.dockerfile', patterns: include('#variable') };
const shell: Rule = { contentName: embeddedScope('shellscript'), patterns: [...shebangs, ...include('source.shell')] };

const kindsOf = (run: boolean): Kind[] =>
  LANGUAGES.map((language) => ({
    key: language.id,
    ahead: `(?=${aheadOf(language, run)})`,
    words: run ? [language.programs ?? [], PASSING].flat().join('|') : NONE,
    content: inLanguage(language),
  }));
const programs = LANGUAGES.flatMap((language) => language.programs ?? []);
const token = ['keyword.operator.heredoc', 'punctuation.definition.string', 'keyword.control.heredoc-token', 'punctuation.definition.string'] as const;
const nextOperator: Rule = { match: operator(2), captures: named(...token) };

const CONTEXTS: readonly Context[] = [
  {
    key: 'run',
    kinds: [
      ...kindsOf(true),
      { key: 'text', ahead: String.raw`(?=\b(?:${PASSING})[\s<])`, words: PASSING, content: plain },
      { key: 'shell', ahead: '', words: NONE, content: shell },
    ],
    words: [...programs, PASSING].join('|'),
    // In pieces, for a statement of the shell would take the operator.
    rest: [nextOperator, { match: String.raw`[^<\n]+|<`, captures: { 0: { patterns: include('source.shell') } } }],
  },
  {
    key: 'copy',
    kinds: [...kindsOf(false), { key: 'text', ahead: '', words: NONE, content: plain }],
    words: NONE,
    rest: [nextOperator, ...include('#string', '#variable')],
  },
];

/** The line that opens a heredoc, and its text up to the line of its name. */
function heredoc({ rest }: Context, { ahead, words, content }: Kind): Rule {
  return {
    name: SCOPE,
    begin: String.raw`${ahead}(?:\b(${words})(?=[\s<])(${BETWEEN}))?${operator(4)}(.*)$`,
    beginCaptures: { ...named('support.function', undefined, ...token), 2: { patterns: [...rest] }, 7: { patterns: [...rest] } },
    while: String.raw`^(?!\t*\5$)`,
    ...content,
  };
}

/**
 * The first of two heredocs on a line. The rule inside ends before the line of its name, whatever its language has left
 * open, and this one takes that line.
 */
function first(key: string, { ahead, words }: Kind, all: string): Rule {
  return {
    begin: String.raw`(?!^)\G${ahead}(?=(?:\b(?:${words === NONE ? all : words})(?=[\s<])${BETWEEN})?${operator(2)})`,
    end: String.raw`^\t*(\3)$`,
    endCaptures: named('keyword.control.heredoc-token'),
    patterns: include(key),
  };
}

/** A line with two heredocs and the texts of both, up to the line of the second one's name. `ahead` is what makes the second. */
function pair({ key, words }: Context, { ahead, content }: Kind): Rule {
  const program = String.raw`(?:\b(?:${words})(?=[\s<])${BETWEEN})?`;
  return {
    name: SCOPE,
    begin: String.raw`(?=${program}${operator(2)}${BETWEEN}?${ahead}${program}${operator(6)}(?!.{0,300}<<))`,
    while: String.raw`^(?!\t*\7$)`,
    patterns: [...include(`#heredoc-first-${key}`), { begin: '^', while: '^', ...content }],
  };
}

/** More than two: their texts stay plain up to the line of the last one's name. Begins at a program, as a single one would. */
const many = ({ words }: Context): Rule => ({
  name: SCOPE,
  begin: String.raw`(?:\b(${words})(?=[\s<])(${BETWEEN}))?${operator(4)}(?=.{0,300}<<.{0,300}<<)(.*)(?<!<)(\d*<<-?)(["']?)(${NAME})(\9)(.*)$`,
  beginCaptures: {
    ...named('support.function', undefined, ...token, undefined, ...token),
    7: { patterns: [nextOperator, ...include('#string', '#variable')] },
    12: { patterns: include('#string', '#variable') },
  },
  while: String.raw`^(?!\t*\10$)`,
  contentName: 'string.unquoted.heredoc.dockerfile',
});

/** The rules `heredoc-run` and `heredoc-copy` and what they consist of. */
export function heredocs(): Record<string, Rule> {
  const rules: Record<string, Rule> = {};
  for (const context of CONTEXTS) {
    const { key, kinds, words } = context;
    const single = (kind: Kind) => `heredoc-${key}-${kind.key}`;
    for (const kind of kinds) rules[single(kind)] = heredoc(context, kind);
    rules[`heredoc-first-${key}`] = { patterns: kinds.map((kind) => first(`#${single(kind)}`, kind, words)) };
    rules[`heredoc-${key}`] = {
      patterns: [many(context), ...kinds.map((kind) => pair(context, kind)), ...include(...kinds.map((kind) => `#${single(kind)}`))],
    };
  }
  return rules;
}
