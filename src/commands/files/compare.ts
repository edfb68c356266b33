import { posix } from 'node:path';
import * as vscode from 'vscode';
import type { FileSource } from '../../engine/containerFiles/source.ts';
import { HELPER_LABEL } from '../../engine/containerFiles/source.ts';
import { noIcons, oneLine, shortId } from '../../util/format.ts';
import type { Run } from '../services.ts';

/** A container, image or volume to choose. */
export interface SourceItem extends vscode.QuickPickItem {
  readonly source: FileSource;
  readonly name: string;
}

/** The title of an editor that shows two versions of a file: `hosts (image ↔ web)`. */
export const compareTitle = (path: string, before: string, after: string): string =>
  `${oneLine(posix.basename(path))} (${oneLine(before)} ↔ ${oneLine(after)})`;

/** All whose files a file can be compared with, `own` left out. @throws EngineError when they cannot be listed */
export async function otherSources(
  run: Run<unknown>,
  own: FileSource,
): Promise<readonly SourceItem[]> {
  await run.client();
  const { store } = run.current;
  const kinds = ['container', 'image'] as const;
  await Promise.all(kinds.map(async (kind) => store?.load(kind)));
  const containers = (store?.list('container') ?? [])
    .filter(({ labels }) => labels[HELPER_LABEL] === undefined)
    .map(({ id, name, image }): SourceItem => ({
      label: noIcons(name),
      description: noIcons(image),
      iconPath: new vscode.ThemeIcon('vm'),
      source: { kind: 'container', id },
      name,
    }));
  const images = (store?.list('image') ?? []).map(({ id, tags }): SourceItem => {
    const name = tags[0] ?? shortId(id);
    return {
      label: noIcons(name),
      description: shortId(id),
      iconPath: new vscode.ThemeIcon('package'),
      source: { kind: 'image', id },
      name,
    };
  });
  return [...containers, ...images].filter(
    ({ source }) => source.kind !== own.kind || source.id !== own.id,
  );
}
