import type { Tree } from '../parser/tree.ts';
import { invalidDefinitionDescription } from '../rules/buildkit/invalidDefinitionDescription.ts';
import { DL1001 } from '../rules/hadolint/DL1001.ts';
import { isFileWide, readChecks } from './checkDirective.ts';
import type { Edit } from './fixes.ts';
import { ignoreHere, ignoreInFile, needsPragma } from './ignore.ts';
import { isSilenceable } from './lint.ts';
import type { LintConfig, Reported } from './lint.ts';

/** What comments that silence rules do to a document. */
export interface Ignoring {
  /** hadolint's count. */
  readonly takesPragmas: boolean;
  /** Whether a rule that looks at comments finds more after edits that add some. */
  readonly adds: (edits: readonly Edit[]) => boolean;
}

/** Both are off by default: where they are on, one comment more may be one finding more. */
const ABOUT_COMMENTS = [DL1001, invalidDefinitionDescription];

/** Whether a rule that looks at comments is on. */
export function looksAtComments(tree: Tree, { levelOf }: LintConfig): boolean {
  const checks = readChecks(tree);
  return ABOUT_COMMENTS.some((rule) => checks.levelOf(rule, levelOf(rule)) !== undefined);
}

/** How many findings are about comments. */
export function aboutComments(found: readonly Reported[]): number {
  return found.filter(({ rule }) => ABOUT_COMMENTS.some(({ id }) => id === rule)).length;
}

interface WayToIgnore {
  readonly title: string;
  readonly edits: Edit[];
}

/** How a finding can be ignored without another that comes in its place. */
export function waysToIgnore(tree: Tree, found: Reported, ignoring: Ignoring): WayToIgnore[] {
  if (!isSilenceable(found.rule)) return [];
  const names = [found.rule, ...found.aliases];
  const name = names.join(' and ');
  const isHeeded = (everywhere: boolean) =>
    ignoring.takesPragmas || !names.some((id) => needsPragma(id, everywhere));
  const ways: WayToIgnore[] = [];
  const offer = (title: string, ...ofEdits: readonly (() => Edit[])[]) => {
    for (const make of ofEdits) {
      const edits = make();
      if (ignoring.adds(edits)) continue;
      ways.push({ title, edits });
      return;
    }
  };
  // Of comments above instructions DL1001 finds each, whatever it silences.
  if (!names.some((id) => isFileWide(id) || id === DL1001.id) && isHeeded(false))
    offer(`Ignore ${name} here`, () => ignoreHere(tree, found, names));
  if (isHeeded(true))
    offer(
      `Ignore ${name} in this file`,
      () => ignoreInFile(tree, names),
      () => ignoreInFile(tree, names, true),
    );
  return ways;
}
