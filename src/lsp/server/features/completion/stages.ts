import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import type { Parsed } from '../../documents.ts';
import type { Stage } from '../../parser/tree.ts';
import type { Offer } from './items.ts';

/** The named stages before stage `before`, nearest first. */
export function stageOffers({ tree }: Parsed, before: number): Offer[] {
  return tree.stages
    .slice(0, Math.max(before, 0))
    .reverse()
    .flatMap(({ name, image }): Offer[] =>
      name ? [{ label: name.text, kind: Kind.Module, detail: image && `FROM ${image.text}` }] : [],
    );
}

/** The stage of an index and those it starts from, by variables too, nearest first; none before the first FROM. */
export function chainAt(parsed: Parsed, index: number): readonly Stage[] {
  const stage = parsed.tree.stages[index];
  return stage ? parsed.file().chain(stage) : [];
}
