import { withLate } from '../../../src/lsp/server/lint/late.ts';
import { lintConfig } from '../../../src/lsp/server/lint/levels.ts';
import { lint } from '../../../src/lsp/server/lint/lint.ts';
import { createDockerfile } from '../../../src/lsp/server/model/dockerfile.ts';
import { parse } from '../../../src/lsp/server/parser/parse.ts';
import { RULES } from '../../../src/lsp/server/rules/all.ts';
import { BUILDKIT_RULES } from '../../../src/lsp/server/rules/buildkit/rules.ts';
import { ERROR_RULES } from '../../../src/lsp/server/rules/errors/rules.ts';
import type { Labelled } from '../../../test/unit/lsp/corpus/corpus.ts';
import { corpusRows, HAS_CORPUS, realFiles } from '../../../test/unit/lsp/corpus/corpus.ts';
import type { Row } from '../../../test/unit/lsp/corpus/hadolintRows.ts';
import { configOf, textOf } from '../../../test/unit/lsp/corpus/hadolintRows.ts';
import type { BenchRow } from '../report.ts';
import { diagnose, documentOf } from './ours.ts';

interface Warning {
  readonly rule: string;
  readonly line: number;
}

/** The rows about what is found; none where there is no corpus beside the repository. */
export function corpusFigures(): BenchRow[] {
  return HAS_CORPUS ? [realWarnings(), hadolint(), agreement(), segmentation()] : [];
}

function row(work: string, peer: string, goal: string, ok: boolean, found: string): BenchRow {
  return { work, peer, peerMs: null, oursMs: null, ratio: null, goal, ok, found };
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)}%`;

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function realWarnings(): BenchRow {
  const ids = new Set(BUILDKIT_RULES.map(({ id }) => id));
  let wanted = 0;
  let found = 0;
  let extra = 0;
  for (const { dockerfile, warnings } of realFiles()) {
    const should = (warnings as readonly Warning[]).map(({ rule, line }) => `${rule}:${line}`);
    wanted += should.length;
    for (const { rule, span, reportedAt = span.start } of diagnose(documentOf(dockerfile))) {
      if (!ids.has(rule)) continue;
      const at = should.indexOf(`${rule}:${lineOf(dockerfile, reportedAt)}`);
      if (at < 0) extra++;
      else {
        found++;
        should.splice(at, 1);
      }
    }
  }
  return row(
    'BuildKit’s warnings on real files, by rule and line',
    'dockerfile-utils ¹: 3.5%',
    '100%, none extra',
    found === wanted && extra === 0,
    `${found} of ${wanted} (${percent(found, wanted)}), ${extra} extra`,
  );
}

function hadolint(): BenchRow {
  let positives = 0;
  let found = 0;
  let negatives = 0;
  let wrong = 0;
  const rows = ['hadolint.json', 'hadolint-config.json'].flatMap((name) => corpusRows<Row>(name));
  // What ShellCheck says is ShellCheck's.
  for (const one of rows.filter(({ rule }) => !rule.includes('*'))) {
    const config = lintConfig(configOf(one), { [one.rule]: 'warning' });
    const reported = lint(
      createDockerfile(parse(textOf(one))),
      withLate(RULES, new Map()),
      config,
      (_, error) => {
        throw error;
      },
    ).some(({ rule, aliases }) => [rule, ...aliases].includes(one.rule));
    if (one.expect) {
      positives++;
      if (reported) found++;
    } else {
      negatives++;
      if (reported) wrong++;
    }
  }
  return row(
    'hadolint’s own assertions: positives found, negatives left alone',
    'dockerfile-utils ¹: 5.6%, 4 wrong',
    '≥ 99%, 0 wrong',
    found / positives >= 0.99 && wrong === 0,
    `${found} of ${positives} (${percent(found, positives)}), ${wrong} of ${negatives} wrong`,
  );
}

const labelled = (): (Labelled & { readonly nodes: Nodes | null })[] =>
  ['snippets.json', 'mutations.jsonl'].flatMap((name) => corpusRows<never>(name));

function agreement(): BenchRow {
  const rows = labelled();
  const { options } = lintConfig(configOf({} as Row), {});
  const same = rows.filter(({ dockerfile, error, parse_error: parseError }) => {
    const refused = Boolean(parseError ?? error) && !error?.startsWith('lint violation found');
    const file = createDockerfile(parse(dockerfile));
    return ERROR_RULES.some((rule) => [...rule.check(file, options)].length > 0) === refused;
  }).length;
  return row(
    'Error or not as BuildKit says, on damaged files and snippets',
    'dockerfile-utils ¹: 87%',
    '≥ 99.5%',
    same / rows.length >= 0.995,
    `${same} of ${rows.length} (${percent(same, rows.length)})`,
  );
}

type Nodes = readonly (
  | { readonly key: string; readonly line: number }
  | readonly [string, number, number]
)[];

function segmentation(): BenchRow {
  const rows = labelled().filter((one) => !one.parse_error && one.nodes);
  const same = rows.filter(({ dockerfile, nodes }) => {
    const wanted = nodes?.map((node) =>
      'key' in node ? `${node.key} ${node.line}` : `${node[0]} ${node[1]}`,
    );
    const found = parse(dockerfile).instructions.map(
      ({ keyword, start }) => `${keyword.text.toUpperCase()} ${lineOf(dockerfile, start)}`,
    );
    return found.join() === wanted?.join();
  }).length;
  return row(
    'Instructions split as BuildKit splits them, by keyword and line',
    'dockerfile-ast ¹: 97.1%',
    '100%',
    same === rows.length,
    `${same} of ${rows.length} (${percent(same, rows.length)})`,
  );
}
