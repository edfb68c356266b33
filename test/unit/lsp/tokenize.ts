import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import type { IGrammar } from 'vscode-textmate';
import textmate from 'vscode-textmate';

/** A stretch of a line and its innermost scopes, without the grammar's own suffix. */
export interface Piece {
  readonly text: string;
  readonly scopes: string;
}

const own = (scope: string) =>
  new URL(`../../../syntaxes/${scope.split('.')[1]}.tmLanguage.json`, import.meta.url);

/** A shell of few rules, with the traits that matter to what embeds it: statements that span continued lines, and strings. */
const SHELL = {
  scopeName: 'source.shell',
  patterns: [
    { match: '#.*$', name: 'comment.shell' },
    {
      name: 'meta.statement.shell',
      begin: String.raw`(?=[\w"'$])`,
      end: String.raw`(?=[;|&\n])(?<!\\)`,
      patterns: [
        { match: String.raw`\b(?:echo|cat|ls|set)\b`, name: 'support.function.shell' },
        { begin: '"', end: '"', name: 'string.double.shell' },
        { begin: "'", end: "'", name: 'string.single.shell' },
        { match: String.raw`\\\n`, name: 'constant.character.escape.shell' },
      ],
    },
  ],
};
/** A language with one keyword, and strings that stay open for all that they care. */
const language = (scopeName: string) => {
  const name = scopeName.split('.')[1] ?? scopeName;
  return {
    scopeName,
    patterns: [
      { match: String.raw`\b(?:import|print)\b`, name: `keyword.${name}` },
      { begin: '"', end: '"', name: `string.${name}` },
    ],
  };
};

/** Loads one of our grammars, with stand-ins for the languages it embeds. */
export async function loadGrammar(scopeName: string): Promise<IGrammar> {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: (scope) => {
      if (scope === 'source.dockerfile' || scope === 'source.dockerignore')
        return Promise.resolve(
          textmate.parseRawGrammar(readFileSync(own(scope), 'utf8'), 'own.json'),
        );
      const grammar = scope === 'source.shell' ? SHELL : language(scope);
      return Promise.resolve(textmate.parseRawGrammar(JSON.stringify(grammar), `${scope}.json`));
    },
  });
  const grammar = await registry.loadGrammar(scopeName);
  if (!grammar) throw new Error(`No grammar ${scopeName}`);
  return grammar;
}

/** Tokenizes a text; each line's pieces that aren't white space, with their scopes but for the root. */
export function tokenize(grammar: IGrammar, text: string): Piece[][] {
  let state = textmate.INITIAL;
  return text.split('\n').map((line) => {
    const result = grammar.tokenizeLine(line, state);
    if (result.stoppedEarly) throw new Error('tokenizing took too long');
    state = result.ruleStack;
    return result.tokens
      .map(({ startIndex, endIndex, scopes }) => ({
        text: line.slice(startIndex, endIndex),
        scopes: scopes.slice(1).join(' '),
      }))
      .filter((piece) => piece.text.trim() !== '');
  });
}

/** The scopes of the first piece on line `line` (from 0) that holds `text`. */
export function scopesOf(lines: readonly Piece[][], line: number, text: string): string {
  const piece = lines[line]?.find((candidate) => candidate.text.includes(text));
  return piece ? piece.scopes : `no ${text} in ${JSON.stringify(lines[line])}`;
}
