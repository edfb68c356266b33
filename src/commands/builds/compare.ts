import * as vscode from 'vscode';
import type { Build } from '../../engine/builds/model.ts';
import { isSameFile } from '../../engine/builds/sameFile.ts';
import { buildTime } from '../../engine/builds/stages.ts';
import { formatDuration } from '../../util/duration.ts';
import { asFileName, formatAge, noIcons } from '../../util/format.ts';
import { inform } from '../../views/notify.ts';
import { choose } from '../ask.ts';
import type { Run } from '../services.ts';
import { comparisonText } from './comparison.ts';
import { complete } from './known.ts';
import { buildName } from '../../views/rows/builds.ts';

const timeOf = ({ started }: Build) => new Date(started).toLocaleString();
const titleOf = (build: Build) => `${buildName(build)}, ${timeOf(build)}`;

/** Asks which other build to compare one with, those of the same Dockerfile first, and shows what differs. */
export async function compareWith(run: Run<unknown>, build: Build): Promise<void> {
  const others = [
    ...run.builds.list().filter(({ steps }) => steps.length > 0),
    ...run.builds.engine.list().map((one) => one.build),
  ].filter(({ id }) => id !== build.id);
  if (others.length === 0) {
    void inform(vscode.l10n.t('There is no other build to compare with.'));
    return;
  }
  const now = Date.now();
  const isSame = (other: Build) => isSameFile(other, build);
  const { other } = await choose(
    vscode.l10n.t('Compare {0} with', titleOf(build)),
    [...others.filter(isSame), ...others.filter((one) => !isSame(one))].map((other) => ({
      label: noIcons(buildName(other)),
      // Builds of one file are called the same: when they began and what came of them tells them apart.
      description: [
        new Date(other.started).toLocaleTimeString(),
        other.state,
        formatDuration(buildTime(other, now)),
        vscode.l10n.t('{0} ago', formatAge(other.started / 1000, now / 1000)),
        ...(isSame(other)
          ? []
          : [noIcons(vscode.workspace.asRelativePath(other.request.dockerfile))]),
        ...(other.elsewhere ? [vscode.l10n.t('made elsewhere')] : []),
      ].join('  '),
      other,
    })),
  );
  const both = [await complete(run, build), await complete(run, other)] as const;
  const [before, after] = other.started < build.started ? both.toReversed() : both;
  if (!before || !after) return;
  const path = `build/${asFileName(buildName(after))}-compared.md`;
  await run.showDocument(path, async () => comparisonText(before, after, titleOf, now), {
    inOwnEditor: true,
  });
}
