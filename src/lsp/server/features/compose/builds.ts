import type { Span } from '../../parser/tree.ts';
import { isMap, isPair, isScalar, isSeq, parseDocument } from '../../yaml.ts';
import type { Node, Scalar } from '../../yaml.ts';

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

/** The builds of a compose file's services; none of what isn't one. Throws RangeError for YAML nested too deep. */
export function buildsOf(source: string): Build[] {
  if (source.length > LARGEST) return [];
  const options = { logLevel: 'silent', uniqueKeys: false, strict: false } as const;
  // Aliases aren't followed, so that ones within ones cost nothing.
  const { contents } = parseDocument(source, options);
  const services = valueOf(contents, 'services');
  if (!isMap(services)) return [];
  return services.items.flatMap(({ value }) => {
    const build = valueOf(value, 'build');
    const short = textOf(build);
    if (short) return [{ context: short, dockerfile: undefined, target: undefined, args: [] }];
    if (!isMap(build) || valueOf(build, 'dockerfile_inline')) return [];
    return [
      {
        context: textOf(valueOf(build, 'context')),
        dockerfile: textOf(valueOf(build, 'dockerfile')),
        target: textOf(valueOf(build, 'target')),
        args: namesOf(valueOf(build, 'args')),
      },
    ];
  });
}

function valueOf(node: unknown, key: string): unknown {
  return isMap(node) ? node.get(key, true) : undefined;
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
function namesOf(node: unknown): Text[] {
  if (isMap(node))
    return node.items.flatMap((pair) => (isPair(pair) ? (textOf(pair.key as Node) ?? []) : []));
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) => {
    const found = textOf(item);
    if (!found) return [];
    const text = found.text.split('=', 1)[0] ?? '';
    return [{ text, start: found.start, end: found.start + text.length }];
  });
}
