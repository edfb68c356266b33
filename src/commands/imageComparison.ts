import type { Analysis } from '../engine/layers/analyse.ts';
import { comparePaths } from '../engine/layers/compareImages.ts';
import type { PathDifference } from '../engine/layers/compareImages.ts';
import { imageFacts } from '../engine/layers/facts.ts';
import { installedPackages, unreadPackages } from '../engine/layers/installed.ts';
import type { InstalledPackage } from '../engine/layers/installed.ts';
import { cell, count, formatBytes } from '../util/format.ts';

/** An image with what it is called. */
export interface NamedAnalysis {
  readonly name: string;
  readonly analysis: Analysis;
}

/** Lines of a table that are written at most; the largest differences come first where there are more. */
const MOST = 500;

/** What differs between two images, as Markdown to be read: their configuration, their packages, their files. */
export function imageComparison(before: NamedAnalysis, after: NamedAnalysis): string {
  const size = ({ analysis }: NamedAnalysis) => analysis.whole.size[0] ?? 0;
  const files = ({ analysis }: NamedAnalysis) => analysis.whole.files[0] ?? 0;
  const layers = ({ analysis }: NamedAnalysis) => analysis.image.layers.length;
  const shared = sharedLayers(before.analysis, after.analysis);
  return [
    '# Two images compared',
    '',
    `| | ${cell(before.name)} | ${cell(after.name)} | Difference |`,
    '|---|--:|--:|--:|',
    `| Size | ${formatBytes(size(before))} | ${formatBytes(size(after))} | ${signed(size(after) - size(before))} |`,
    `| Files | ${files(before)} | ${files(after)} | ${plus(files(after) - files(before))} |`,
    `| Layers | ${layers(before)} | ${layers(after)} | ${shared} shared |`,
    '',
    ...configuration(before, after),
    ...packages(before.analysis, after.analysis),
    ...paths(before.analysis, after.analysis),
  ].join('\n');
}

function sharedLayers(before: Analysis, after: Analysis): number {
  const { layers } = after.image;
  const other = before.image.layers.findIndex(
    ({ diffId }, index) => diffId === '' || diffId !== layers[index]?.diffId,
  );
  return other < 0 ? before.image.layers.length : other;
}

/** What says which image it is differs in any case. */
const IDENTITY = new Set(['Tags', 'Digests', 'Id', 'Created']);

function configuration(before: NamedAnalysis, after: NamedAnalysis): string[] {
  const [a, b] = [before, after].map(
    ({ analysis }) =>
      new Map(
        imageFacts(analysis.inspected, [])
          .filter(({ title }) => !IDENTITY.has(title))
          .flatMap(({ title, values }) =>
            values.some(({ name }) => name !== undefined)
              ? values.map(({ name = '', text }): [string, string] => [`${title}: ${name}`, text])
              : [[title, values.map(({ text }) => text).join(' ')] as [string, string]],
          ),
      ),
  ) as [Map<string, string>, Map<string, string>];
  const names = [...new Set([...a.keys(), ...b.keys()])].filter(
    (name) => a.get(name) !== b.get(name),
  );
  if (names.length === 0) return ['## Configuration', '', 'It is the same.', ''];
  return [
    '## Configuration',
    '',
    `| | ${cell(before.name)} | ${cell(after.name)} |`,
    '|---|---|---|',
    ...names.map((name) => `| ${cell(name)} | ${value(a.get(name))} | ${value(b.get(name))} |`),
    '',
  ];
}

const value = (text: string | undefined) =>
  text === undefined ? '–' : text === '' ? '(empty)' : cell(text);

function packages(before: Analysis, after: Analysis): string[] {
  const [a, b] = [versions(before), versions(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .sort(inOrder);
  const notes = [...unread('Before', before), ...unread('After', after)];
  if (a.size + b.size + notes.length === 0) return [];
  if (names.length === 0)
    return ['## Packages', '', `${count(a.size, 'package')}, the same in both.`, '', ...notes];
  return [
    '## Packages',
    '',
    '| Package | Before | After |',
    '|---|---|---|',
    ...names
      .slice(0, MOST)
      .map((name) => `| ${cell(name)} | ${value(a.get(name))} | ${value(b.get(name))} |`),
    ...more(names.length),
    '',
    ...notes,
  ];
}

/** Versions of each package; with the architecture where a package is there for several. */
function versions({ image, whole }: Analysis): Map<string, string> {
  const found = new Map<string, InstalledPackage[]>();
  for (const one of installedPackages(image, whole)) {
    const key = `${one.kind} ${one.name}`;
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  const text = (all: readonly InstalledPackage[]) => {
    const isForSeveral = new Set(all.map(({ arch }) => arch)).size > 1;
    const each = all.map(({ version, arch }) =>
      isForSeveral && arch !== undefined ? `${version} ${arch}` : version,
    );
    return [...new Set(each)].sort(inOrder).join(', ');
  };
  return new Map([...found].map(([key, all]) => [key, text(all)]));
}

/** What could not be read: packages may be missing above. */
function unread(when: string, { image, whole }: Analysis): string[] {
  return unreadPackages(image, whole).flatMap(({ node, problem }) => [
    `${when}: ${cell(image.tree.path(node))}. ${problem}`,
    '',
  ]);
}

function paths(before: Analysis, after: Analysis): string[] {
  const all = comparePaths(
    { image: before.image, stack: before.whole },
    { image: after.image, stack: after.whole },
  );
  const weight = ({ before, after }: PathDifference) => Math.max(before, after);
  const shown =
    all.length > MOST ? [...all].sort((a, b) => weight(b) - weight(a)).slice(0, MOST) : all;
  if (all.length === 0) return ['## Files', '', 'They are the same.', ''];
  const number = (what: PathDifference['what']) => all.filter((one) => one.what === what).length;
  return [
    '## Files',
    '',
    `${number('added')} added, ${number('changed')} changed, ${number('removed')} removed.`,
    '',
    '| | Path | Before | After | Difference | |',
    '|---|---|--:|--:|--:|---|',
    ...shown.map(
      (one) =>
        `| ${one.what} | ${cell(one.path)} | ${bytes(one.before, one.what !== 'added')} | ${bytes(one.after, one.what !== 'removed')} | ${signed(one.after - one.before)} | ${note(one)} |`,
    ),
    ...more(all.length),
    '',
  ];
}

const bytes = (size: number, isThere: boolean) => (isThere ? formatBytes(size) : '');
const note = ({ files, differs }: PathDifference) =>
  files > 1 ? count(files, 'file') : differs.join(', ');
const more = (all: number) => (all > MOST ? ['', `The largest ${MOST} of ${all} are listed.`] : []);
const inOrder = (a: string, b: string) => (a < b ? -1 : 1);
const plus = (number: number) => (number > 0 ? `+${number}` : String(number));
const signed = (size: number) =>
  size === 0 ? '0 B' : `${size > 0 ? '+' : '−'}${formatBytes(Math.abs(size))}`;
