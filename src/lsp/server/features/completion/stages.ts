import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import type { Parsed } from '../../documents.ts';
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
