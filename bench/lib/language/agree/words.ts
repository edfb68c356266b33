import type { Dice } from './dice.ts';

/** Some are there more often than others. */
const NAMES =
  'A B C D A B PATH HOME TARGETARCH TARGETPLATFORM BUILDPLATFORM TARGETSTAGE TARGETVARIANT HTTP_PROXY http_proxy TOKEN MY_PASSWORD public_key Auth apikey VERSION foo a BUILDKIT_SBOM_SCAN_STAGE é NAME ſecret'.split(
    ' ',
  );
const LITERALS =
  'x y z bar foo 1 / /app a.b * ? é 😀 x,y : 80 - ~ [a-z] key=val @ % x/y .. . + sh { } ( ) | && ; # ! \u00a0 latest linux amd64 << 1e3 ſ'.split(
    ' ',
  );
const ODD_VARIABLES =
  '$ ${ ${} $$ $1 $@ ${*} $? ${1:-x} $(x) ${A ${:-x} ${#A} ${!A} $- ${10} $12 ${A:=x} ${A=x} ${A^^} ${A,} ${A:#x} ${A/x} ${A:1:2} ${A@Q} ${A:?x} ${A?x} ${A?}'.split(
    ' ',
  );

/** Texts as the builder's shell lexer reads them, for one Dockerfile. */
export interface Words {
  readonly name: () => string;
  readonly literal: () => string;
  readonly variable: (depth?: number) => string;
  readonly word: (depth?: number) => string;
  readonly path: () => string;
  /** A JSON array, of at least so many strings. */
  readonly json: (least: number) => string;
}

export function createWords(dice: Dice, escape: string): Words {
  const { chance, pick, rather, odd, many } = dice;
  const name = () => (odd(0.05) ? pick(['1', '', 'a-b', '"A"']) : pick(NAMES));
  const literal = () => pick(LITERALS);
  const modifier = (depth: number): string => {
    const inner = () => (chance(0.2) ? '' : word(depth + 1));
    const kind = pick([':-', '-', ':+', '+', '#', '##', '%', '%%', '/', '//']);
    return kind.startsWith('/') ? `${kind}${inner()}/${inner()}` : kind + inner();
  };
  const variable = (depth = 0): string => {
    if (odd(0.1)) return pick(ODD_VARIABLES);
    if (depth > 2 || chance(0.5)) return chance(0.5) ? `$${name()}` : `\${${name()}}`;
    return `\${${name()}${modifier(depth)}}`;
  };
  const quoted = (depth: number): string => {
    const parts = [
      literal,
      () => variable(depth),
      () => pick([' ', `${escape}"`, `${escape}$A`, '\\ ', '`x', `${escape}${escape}`, "''"]),
    ];
    const inside = many(0, 2, () => pick(parts)(), '');
    return chance(0.65) ? `"${inside}"` : `'${inside.replaceAll("'", '')}'`;
  };
  const piece = (depth: number): string => {
    if (chance(0.55)) return literal();
    if (chance(0.55)) return variable(depth);
    if (chance(0.6)) return quoted(depth);
    const escaped = [' ', '$', '"', "'", '\\', escape, 'x', '*'].map((char) => escape + char);
    return rather(escaped, ['\\', '`', '"', "'", '<<x']);
  };
  const word = (depth = 0): string => many(1, 2, () => piece(depth), '');
  const path = () =>
    chance(0.5)
      ? pick(
          'a b.txt /app /app/ ./x dir/ / . c:\\x C:/x ../x node_modules a/b "/q" *.go'.split(' '),
        )
      : word();
  const json = (least: number): string => {
    if (odd(0.2))
      return pick([
        '[]',
        '[ ]',
        '["a" "b"]',
        "['a']",
        '["a",]',
        '[1]',
        '["a", 1]',
        '["a"',
        '[["a"]]',
        '["a"] x',
        '[null]',
        '[{}]',
        '["\\ud800"]',
        '["a\tb"]',
        '[true]',
        '["a"]]',
        '[]x',
        '["\\x"]',
      ]);
    const between = pick([', ', ',', ' ,']);
    return `[${many(least, 3, () => JSON.stringify(chance(0.5) ? literal() : word()), between)}]`;
  };
  return { name, literal, variable, word, path, json };
}
