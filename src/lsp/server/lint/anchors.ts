import type { Alias, Document, Node } from '../yaml.ts';
import { isAlias, visit } from '../yaml.ts';

/**
 * What the aliases of a document stand for: each the nearest anchor of its name before it. The library's own `resolve` walks the
 * whole document for every alias; this walks it once, with the first.
 */
export function aliasTargets(document: Document): (alias: Alias) => Node | undefined {
  let targets: ReadonlyMap<Alias, Node> | undefined;
  return (alias) => (targets ??= resolveAll(document)).get(alias);
}

function resolveAll(document: Document): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target) targets.set(node, target);
      } else if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}
