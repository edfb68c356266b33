import { append } from '../../../../util/multimap.ts';
import { lastWhile } from '../../../../util/search.ts';
import type { Span } from '../../parser/tree.ts';
import { isAlias, isMap, isPair, isScalar, isSeq, parseDocument, visit } from '../../yaml.ts';
import type { Document, Node, Scalar, YAMLMap } from '../../yaml.ts';

/** A text of a compose file and where it stands. */
export interface Text extends Span {
  readonly text: string;
}

/** What a service of a compose file builds. */
export interface Build {
  /** The short form's value or that of `context`; undefined for the compose file's own folder. */
  readonly context: Text | undefined;
  readonly dockerfile: Text | undefined;
  readonly target: Text | undefined;
  /** The names of build arguments. */
  readonly args: readonly Text[];
}

/** Above this, in UTF-16 units, a file isn't read. */
const LARGEST = 512 * 1024;

/** What an alias stands for; any other node itself. */
type Resolve = (node: unknown) => unknown;

/**
 * The builds of a compose file's services, aliases and merged mappings followed; none of what isn't one. Those of one place
 * are told once. Throws RangeError for YAML nested too deep.
 */
export function buildsOf(source: string): Build[] {
  if (source.length > LARGEST) return [];
  const options = { logLevel: 'silent', uniqueKeys: false, strict: false } as const;
  const document = parseDocument(source, options);
  const resolve = resolver(document);
  const services = resolve(valueOf(document.contents, 'services', resolve));
  if (!isMap(services)) return [];
  const builds = services.items.map(({ value }) => valueOf(resolve(value), 'build', resolve));
  return [...new Set(builds)].flatMap((build) => {
    const short = textOf(build);
    if (short) return [{ context: short, dockerfile: undefined, target: undefined, args: [] }];
    if (!isMap(build) || valueOf(build, 'dockerfile_inline', resolve)) return [];
    return [
      {
        context: textOf(valueOf(build, 'context', resolve)),
        dockerfile: textOf(valueOf(build, 'dockerfile', resolve)),
        target: textOf(valueOf(build, 'target', resolve)),
        args: namesOf(valueOf(build, 'args', resolve), resolve),
      },
    ];
  });
}

/** An alias stands for the node above it that had its name as an anchor last. */
function resolver(document: Document.Parsed): Resolve {
  const anchors = new Map<string, Node[]>();
  visit(document, {
    Node: (_, node) => {
      if (!isAlias(node) && node.anchor !== undefined) append(anchors, node.anchor, node);
    },
  });
  const startOf = (node: Node) => node.range?.[0] ?? 0;
  return (node) => {
    if (!isAlias(node)) return node;
    return lastWhile(anchors.get(node.source) ?? [], (named) => startOf(named) < startOf(node));
  };
}

/** So many mappings merged into one are looked at: they may be merged into each other in every line of a file. */
const MOST_MERGED = 50;

/** A mapping and those merged into it by `<<`, in the order in which they are asked for a key, each once. */
function merged(node: unknown, resolve: Resolve, found = new Set<YAMLMap>()): Set<YAMLMap> {
  if (!isMap(node) || found.has(node) || found.size >= MOST_MERGED) return found;
  found.add(node);
  const more = resolve(node.get('<<', true));
  for (const one of isSeq(more) ? more.items : [more]) merged(resolve(one), resolve, found);
  return found;
}

function valueOf(node: unknown, key: string, resolve: Resolve): unknown {
  for (const map of merged(node, resolve)) if (map.has(key)) return resolve(map.get(key, true));
  return undefined;
}

function textOf(node: unknown): Text | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || node.value === '') return undefined;
  return { text: node.value, ...spanOf(node) };
}

/** Quotes aren't part of the text. */
function spanOf({ range, type }: Pick<Scalar, 'range' | 'type'>): Span {
  const [start = 0, end = 0] = range ?? [];
  const quoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE' ? 1 : 0;
  return { start: start + quoted, end: Math.max(start + quoted, end - quoted) };
}

/** The names of `args`, a mapping or a list of NAME=value. */
function namesOf(node: unknown, resolve: Resolve): Text[] {
  if (isMap(node))
    return [...merged(node, resolve)].flatMap(({ items }) =>
      items.flatMap((pair) => (isPair(pair) ? (textOf(pair.key) ?? []) : [])),
    );
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    const found = textOf(resolve(item));
    if (!found) return [];
    const text = found.text.split('=', 1)[0] ?? '';
    return [{ text, start: found.start, end: found.start + text.length }];
  });
}
