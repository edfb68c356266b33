import { LABEL_TYPES } from '../data/labelTypes.ts';
import type { LabelType, Severity } from '../rules/rule.ts';
import type { ConfigProblem, HadolintConfig } from './hadolintConfig.ts';
import { LEVELS, NO_HADOLINT_CONFIG, toThreshold } from './hadolintConfig.ts';
import type { Document, Node, Scalar } from '../yaml.ts';
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from '../yaml.ts';

/** What says how results are shown: nothing to a checker that shows them in its own way. */
const OF_OUTPUT: ReadonlySet<string> = new Set(['format', 'no-color', 'verbose', 'output-format']);

type Report = (node: Node | undefined, message: string, kind?: { passedOver: true }) => void;

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
  for (const { message, pos } of [...document.errors, ...document.warnings])
    add(pos[0], pos[1], `This is not YAML: ${message}`);
  const report: Report = (node, message, kind) =>
    add(node?.range?.[0] ?? 0, node?.range?.[1] ?? 0, message, kind);
  return { config: readDocument(document, report), problems };
}

function readDocument(document: Document, report: Report): HadolintConfig {
  const root = document.contents;
  const config: { -readonly [K in keyof HadolintConfig]: HadolintConfig[K] } = {
    ...NO_HADOLINT_CONFIG,
  };
  for (const [key, value] of entries(root, 'the whole file', report)) {
    switch (key.value) {
      case 'ignored':
        config.ignored = strings(value, 'ignored', report);
        break;
      case 'override':
        config.override = readOverride(value, report);
        break;
      case 'failure-threshold':
        config.failureThreshold = readThreshold(value, report);
        break;
      case 'no-fail':
        config.noFail = readBoolean(value, 'no-fail', report);
        break;
      case 'trustedRegistries':
        // Of all lists only this one may be a single string, by hadolint's own documentation.
        config.trustedRegistries =
          isScalar(value) && typeof value.value === 'string'
            ? [value.value]
            : strings(value, 'trustedRegistries', report);
        break;
      case 'label-schema':
        config.labelSchema = readSchema(value, report);
        break;
      case 'strict-labels':
        config.strictLabels = readBoolean(value, 'strict-labels', report);
        break;
      case 'disable-ignore-pragma':
        config.disableIgnorePragma = readBoolean(value, 'disable-ignore-pragma', report);
        break;
      default:
        if (!OF_OUTPUT.has(key.value)) report(key, unknownKey(key.value), { passedOver: true });
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
  report: Report,
): [Scalar<string> & Node, Node | undefined][] {
  if (isNothing(node)) return [];
  if (!isMap(node)) {
    report(node as Node, `Expected ${what} to be a map of names to values.`);
    return [];
  }
  return node.items.flatMap(({ key, value }) => {
    if (isScalar(key) && typeof key.value === 'string')
      return [[key as Scalar<string>, (value ?? undefined) as Node | undefined]];
    report(key as Node, `Expected a name in ${what}.`);
    return [];
  });
}

function isNothing(node: unknown): boolean {
  return node === null || node === undefined || (isScalar(node) && node.value === null);
}

function strings(node: Node | undefined, what: string, report: Report): string[] {
  if (isNothing(node)) return [];
  if (!isSeq(node)) {
    report(node, `Expected ${what} to be a list, such as […].`);
    return [];
  }
  return node.items.flatMap((item) => {
    if (isScalar(item) && typeof item.value === 'string') return [item.value];
    report(item as Node, `Expected ${what} to hold strings only.`);
    return [];
  });
}

function readOverride(node: Node | undefined, report: Report): HadolintConfig['override'] {
  const override: Record<Severity, readonly string[]> = { ...NO_HADOLINT_CONFIG.override };
  for (const [key, value] of entries(node, 'override', report)) {
    const level = LEVELS.find((name) => name === key.value);
    if (level) override[level] = strings(value, `override.${level}`, report);
    else report(key, `Expected a level in override: ${LEVELS.join(', ')}.`, { passedOver: true });
  }
  return override;
}

function readThreshold(node: Node | undefined, report: Report): HadolintConfig['failureThreshold'] {
  if (isNothing(node)) return undefined;
  const value = isScalar(node) ? node.value : undefined;
  const threshold = typeof value === 'string' ? toThreshold(value) : undefined;
  if (threshold === undefined)
    report(node, `Expected failure-threshold to be one of ${LEVELS.join(', ')}, ignore or none.`);
  return threshold;
}

function readBoolean(node: Node | undefined, what: string, report: Report): boolean | undefined {
  if (isNothing(node)) return undefined;
  if (isScalar(node) && typeof node.value === 'boolean') return node.value;
  report(node, `Expected ${what} to be true or false.`);
  return undefined;
}

function readSchema(node: Node | undefined, report: Report): ReadonlyMap<string, LabelType> {
  const schema = new Map<string, LabelType>();
  for (const [key, value] of entries(node, 'label-schema', report)) {
    const given = isNothing(value) ? '' : isScalar(value) ? value.value : undefined;
    const type = typeof given === 'string' ? LABEL_TYPES.get(given) : undefined;
    if (type) schema.set(key.value, type);
    else report(value, `Expected the type of label ${key.value}: ${labelTypes()}.`);
  }
  return schema;
}

function labelTypes(): string {
  return [...LABEL_TYPES.keys()].filter((name) => name !== '').join(', ');
}
