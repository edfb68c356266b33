import type { Tree } from '../parser/tree.ts';
import { invalidDefinitionDescription } from '../rules/buildkit/invalidDefinitionDescription.ts';
import { DL1001 } from '../rules/hadolint/DL1001.ts';
import type { Rule } from '../rules/rule.ts';
import { isFileWide, readChecks } from './checkDirective.ts';
import type { Edit } from './fixes.ts';
import { ignoreHere, ignoreInFile, needsPragma } from './ignore.ts';
import { isSilenceable } from './lint.ts';
import type { LintConfig, Reported } from './lint.ts';
import { startOf } from './place.ts';

/** What comments that silence rules do to a document. */
export interface Ignoring {
  /** hadolint's count. */
  readonly takesPragmas: boolean;
  /** Whether a rule that looks at comments finds more after edits that add some. */
  readonly adds: (edits: readonly Edit[]) => boolean;
}

/** Rules that look at comments. Both are off by default: where they are on, one comment more may be one finding more. */
export const ABOUT_COMMENTS: readonly Rule[] = [DL1001, invalidDefinitionDescription];

/** Whether a rule that looks at comments is on. */
export function looksAtComments(tree: Tree, { levelOf }: LintConfig): boolean {
  const checks = readChecks(tree);
  return ABOUT_COMMENTS.some((rule) => checks.levelOf(rule, levelOf(rule)) !== undefined);
}

interface WayToIgnore {
  readonly title: string;
  readonly edits: Edit[];
}

/**
 * How a finding can be ignored without another that comes in its place. A comment silences all findings of the rule that it is
 * about, of which others may have another name, too.
 * @param all findings of the document
 */
export function waysToIgnore(
  tree: Tree,
  found: Reported,
  all: readonly Reported[],
  ignoring: Ignoring,
): WayToIgnore[] {
  if (!isSilenceable(found.rule)) return [];
  const same = all.filter(({ rule }) => rule === found.rule);
  const start = startOf(tree, found.span.start);
  const here = namesOf(same.filter(({ span }) => startOf(tree, span.start) === start));
  const everywhere = namesOf(same);
  const ways: WayToIgnore[] = [];
  const offer = (title: string, ...ofEdits: readonly (() => Edit[])[]) => {
    for (const make of ofEdits) {
      const edits = make();
      if (ignoring.adds(edits)) continue;
      ways.push({ title, edits });
      return;
    }
  };
  const isHeeded = (names: readonly string[], inFile: boolean) =>
    ignoring.takesPragmas || !names.some((id) => needsPragma(id, inFile));
  // Of comments above instructions DL1001 finds each, whatever it silences.
  if (!here.some((id) => isFileWide(id) || id === DL1001.id) && isHeeded(here, false))
    offer(`Ignore ${here.join(' and ')} here`, () => ignoreHere(tree, found, here));
  if (isHeeded(everywhere, true))
    offer(
      `Ignore ${everywhere.join(' and ')} in this file`,
      () => ignoreInFile(tree, everywhere),
      () => ignoreInFile(tree, everywhere, true),
    );
  return ways;
}

/** All names of findings of one rule, its own first. */
function namesOf(found: readonly Reported[]): string[] {
  return [...new Set(found.flatMap(({ rule, aliases }) => [rule, ...aliases]))];
}
