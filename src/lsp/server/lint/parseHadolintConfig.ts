import { LABEL_TYPES } from '../data/labelTypes.ts';
import type { LabelType, Severity } from '../rules/rule.ts';
import { aliasTargets } from './anchors.ts';
import type { ConfigProblem, HadolintConfig } from './hadolintConfig.ts';
import { LEVELS, NO_HADOLINT_CONFIG, toThreshold } from './hadolintConfig.ts';
import type { Document, Node, Scalar } from '../yaml.ts';
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from '../yaml.ts';

/** What says how results are shown: nothing to a checker that shows them in its own way. */
const OF_OUTPUT: ReadonlySet<string> = new Set(['format', 'no-color', 'verbose', 'output-format']);

interface Reading {
  readonly report: (node: Node | undefined, message: string, kind?: { passedOver: true }) => void;
  /** What stands at a place: for an alias what its anchor names, which is told of where there is none. */
  readonly follow: (node: unknown) => Node | undefined;
}

/**
 * Reads the text of a `.hadolint.yaml`. What is wrong becomes a problem that says what was expected; the rest counts
 * nevertheless. Never throws.
 */
export function parseHadolintConfig(text: string): {
  config: HadolintConfig;
  problems: ConfigProblem[];
} {
  const lines = new LineCounter();
  const problems: ConfigProblem[] = [];
  const add = (start: number, end: number, message: string, kind?: { passedOver: true }) => {
    const { line, col } = lines.linePos(start);
    problems.push({ message, start, end: Math.max(start, end), line, column: col, ...kind });
  };
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  for (const { code, message, pos } of [...document.errors, ...document.warnings])
    // What the library says of it is meant for those who call it.
    if (code === 'MULTIPLE_DOCS')
      add(pos[0], pos[1], 'Another document begins here; hadolint takes one only.');
    else add(pos[0], pos[1], `This is not YAML: ${message}`);
  const report: Reading['report'] = (node, message, kind) =>
    add(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0, message, kind);
  const targetOf = aliasTargets(document);
  const follow: Reading['follow'] = (node) => {
    if (!isAlias(node)) return (node ?? undefined) as Node | undefined;
    const target = targetOf(node);
    if (!target) report(node, `There is no anchor &${node.source} before this.`);
    return target;
  };
  return { config: readDocument(document, { report, follow }), problems };
}

function readDocument(document: Document, reading: Reading): HadolintConfig {
  const root = document.contents;
  const config: { -readonly [K in keyof HadolintConfig]: HadolintConfig[K] } = {
    ...NO_HADOLINT_CONFIG,
  };
  for (const [key, value] of entries(root, 'the whole file', reading)) {
    switch (key.value) {
      case 'ignored':
        config.ignored = strings(value, 'ignored', reading);
        break;
      case 'override':
        config.override = readOverride(value, reading);
        break;
      case 'failure-threshold':
        config.failureThreshold = readThreshold(value, reading);
        break;
      case 'no-fail':
        config.noFail = readBoolean(value, 'no-fail', reading);
        break;
      case 'trustedRegistries':
        // Of all lists only this one may be a single string, by hadolint's own documentation.
        config.trustedRegistries =
          isScalar(value) && typeof value.value === 'string'
            ? [value.value]
            : strings(value, 'trustedRegistries', reading);
        break;
      case 'label-schema':
        config.labelSchema = readSchema(value, reading);
        break;
      case 'strict-labels':
        config.strictLabels = readBoolean(value, 'strict-labels', reading);
        break;
      case 'disable-ignore-pragma':
        config.disableIgnorePragma = readBoolean(value, 'disable-ignore-pragma', reading);
        break;
      default:
        if (!OF_OUTPUT.has(key.value))
          reading.report(key, unknownKey(key.value), { passedOver: true });
    }
  }
  return config;
}

function unknownKey(key: string): string {
  const known =
    'ignored, override, failure-threshold, no-fail, trustedRegistries, label-schema, strict-labels and disable-ignore-pragma';
  return `hadolint has no setting ${JSON.stringify(key)}; it has ${known}.`;
}

/** The pairs of a map whose keys are strings. */
function entries(
  node: unknown,
  what: string,
  reading: Reading,
): [Scalar<string> & Node, Node | undefined][] {
  if (isNothing(node)) return [];
  if (!isMap(node)) {
    reading.report(node as Node, `Expected ${what} to be a map of names to values.`);
    return [];
  }
  return node.items.flatMap(({ key, value }) => {
    const name = reading.follow(key);
    if (isScalar(name) && typeof name.value === 'string')
      return [[name as Scalar<string>, reading.follow(value)]];
    reading.report(key as Node, `Expected a name in ${what}.`);
    return [];
  });
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function strings(node: Node | undefined, what: string, reading: Reading): string[] {
  if (isNothing(node)) return [];
  if (!isSeq(node)) {
    reading.report(node, `Expected ${what} to be a list, such as […].`);
    return [];
  }
  return node.items.flatMap((item) => {
    const one = reading.follow(item);
    if (isScalar(one) && typeof one.value === 'string') return [one.value];
    reading.report(item as Node, `Expected ${what} to hold strings only.`);
    return [];
  });
}

function readOverride(node: Node | undefined, reading: Reading): HadolintConfig['override'] {
  const override: Record<Severity, readonly string[]> = { ...NO_HADOLINT_CONFIG.override };
  for (const [key, value] of entries(node, 'override', reading)) {
    const level = LEVELS.find((name) => name === key.value);
    if (level) override[level] = strings(value, `override.${level}`, reading);
    else
      reading.report(key, `Expected a level in override: ${LEVELS.join(', ')}.`, {
        passedOver: true,
      });
  }
  return override;
}

function readThreshold(
  node: Node | undefined,
  reading: Reading,
): HadolintConfig['failureThreshold'] {
  if (isNothing(node)) return undefined;
  const value = isScalar(node) ? node.value : undefined;
  const threshold = typeof value === 'string' ? toThreshold(value) : undefined;
  if (threshold === undefined)
    reading.report(
      node,
      `Expected failure-threshold to be one of ${LEVELS.join(', ')}, ignore or none.`,
    );
  return threshold;
}

function readBoolean(node: Node | undefined, what: string, reading: Reading): boolean | undefined {
  if (isNothing(node)) return undefined;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  reading.report(node, `Expected ${what} to be true or false.`);
  return undefined;
}

function readSchema(node: Node | undefined, reading: Reading): ReadonlyMap<string, LabelType> {
  const schema = new Map<string, LabelType>();
  for (const [key, value] of entries(node, 'label-schema', reading)) {
    const given = isNothing(value) ? '' : isScalar(value) ? value.value : undefined;
    const type = typeof given === 'string' ? LABEL_TYPES.get(given) : undefined;
    if (type) schema.set(key.value, type);
    else reading.report(value, `Expected the type of label ${key.value}: ${labelTypes()}.`);
  }
  return schema;
}

function labelTypes(): string {
  return [...LABEL_TYPES.keys()].filter((name) => name !== '').join(', ');
}
