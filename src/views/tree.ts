import * as vscode from 'vscode';
import { createCoalescer } from '../engine/coalesce.ts';
import { encodeFacts } from '../manifest/facts.ts';
import { fullId } from '../manifest/commands.ts';
import type { CommandId } from '../manifest/commands.ts';
import { md } from '../util/format.ts';
import { sameRow } from './row.ts';
import type { Row } from './row.ts';

/** What the tree hands to VS Code for a row: it lives as long as the key does, its row is replaced. */
export interface Node {
  row: Row;
  readonly parent: Node | undefined;
  /** The children that VS Code has asked for, by key, in order; undefined while it has not. */
  children: Map<string, Node> | undefined;
  /** Their being fetched, while it lasts. */
  fetching?: Promise<void> | undefined;
  /** Whether they are those that were fetched, and VS Code has been told to ask for them; undefined once they are to be read again. */
  known?: 'known' | 'told' | undefined;
}

export interface Tree extends vscode.TreeDataProvider<Node> {
  /** Takes the rows as they are now, and tells VS Code of no more than what differs. */
  update(rows: readonly Row[]): void;
  /** The node of a key, where it has been shown. */
  find(key: string): Node | undefined;
  /** The rows with a target that have been shown. */
  having(target: unknown): readonly Row[];
  /** Has VS Code ask anew for the children of a row, where they are fetched on demand; of all open rows without a key. */
  reload(key?: string): void;
  /**
   * Reads the children of a row anew, and tells what differs then. VS Code keeps its rows meanwhile: with those that it waits for
   * nothing can be done, and what is dropped on them is lost.
   */
  reread(key: string): void;
}

function toTreeItem({ row }: Node): vscode.TreeItem {
  const label = row.highlights
    ? { label: row.label, highlights: row.highlights.map(([a, b]): [number, number] => [a, b]) }
    : (row.short ?? row.label);
  const state = row.children
    ? row.expanded
      ? vscode.TreeItemCollapsibleState.Expanded
      : vscode.TreeItemCollapsibleState.Collapsed
    : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(label, state);
  item.id = row.turn === undefined ? row.key : `${row.key} ${row.turn}`;
  item.contextValue = encodeFacts(row.noun, row.facts);
  if (row.description) item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(
    row.icon.id,
    row.icon.color ? new vscode.ThemeColor(row.icon.color) : undefined,
  );
  item.accessibilityInformation = { label: row.spoken ?? [row.label, row.description].join(' ') };
  if (row.click)
    item.command = { title: '', command: fullId(row.click as CommandId), arguments: [row] };
  return item;
}

/**
 * VS Code hears nothing that is told within 200 ms of an earlier telling, and puts off what it heard by another 200 ms each
 * time: what is told more often is never shown. At this pace it hears everything, and at once.
 */
const PACE = { first: 0, shortest: 210, longest: 210 };

/**
 * Those of the nodes that only look different and have others of them below: VS Code asks for all that is below a row which
 * it is told of before it draws any, and draws a single one at once.
 */
function groupsOfTold(nodes: ReadonlyMap<Node, boolean>): Node[] {
  const groups = new Set<Node>();
  for (const { parent } of nodes.keys())
    for (let at = parent; at; at = at.parent) if (nodes.get(at) === false) groups.add(at);
  return [...groups];
}

/** A tree of rows: one provider for every view. It knows nothing of what the rows mean. */
export function createTree(): Tree {
  const changed = new vscode.EventEmitter<Node | Node[] | undefined>();
  let roots: readonly Row[] = [];
  let top: Map<string, Node> | undefined;
  const nodes = new Map<string, Node>();
  /** What VS Code has not been told of yet: all, or nodes with whether the rows right below them came, went or moved. */
  let untold = { all: false, nodes: new Map<Node, boolean>() };
  let putOff = false;
  const telling = createCoalescer(() => {
    const { all, nodes } = untold;
    // A second time would be too long for one whose members keep changing.
    const later = all || putOff ? [] : groupsOfTold(nodes);
    untold = { all: false, nodes: new Map(later.map((node) => [node, false])) };
    putOff = later.length > 0;
    changed.fire(all ? undefined : [...nodes.keys()].filter((node) => !untold.nodes.has(node)));
    if (putOff) telling.request();
  }, PACE);

  const tellUntold = () => {
    if (untold.all || untold.nodes.size > 0) telling.request();
  };

  /** Brings the nodes of one level to `rows`. Returns whether the level itself changed: rows came, went or moved. */
  function settle(
    level: Map<string, Node>,
    rows: readonly Row[],
    parent: Node | undefined,
    stale: Map<Node, boolean>,
  ): boolean {
    let moved = level.size !== rows.length;
    const old = [...level.keys()];
    rows.forEach((row, index) => {
      if (old[index] !== row.key) moved = true;
    });
    const before = new Map(level);
    level.clear();
    for (const row of rows) {
      const node = before.get(row.key) ?? { row, parent, children: undefined };
      before.delete(row.key);
      level.set(row.key, node);
      nodes.set(row.key, node);
      const differs = !sameRow(node.row, row);
      node.row = row;
      const below =
        node.children && Array.isArray(row.children)
          ? settle(node.children, row.children, node, stale)
          : false;
      if (differs || below) stale.set(node, below || (stale.get(node) ?? false));
    }
    for (const gone of before.values()) forget(gone);
    return moved;
  }

  function forget(node: Node): void {
    if (nodes.get(node.row.key) === node) nodes.delete(node.row.key);
    for (const child of node.children?.values() ?? []) forget(child);
  }

  const open = (rows: readonly Row[], parent: Node | undefined): Map<string, Node> => {
    const level = new Map<string, Node>();
    settle(level, rows, parent, new Map());
    return level;
  };

  /** Takes what stands below a node. Returns whether that level changed, where it was known. */
  function take(node: Node, rows: readonly Row[], stale: Map<Node, boolean>): boolean {
    if (node.children) return settle(node.children, rows, node, stale);
    node.children = open(rows, node);
    return false;
  }

  /** Whoever asks while children are fetched waits for the same ones. @param tells whether VS Code gets what differs only if told of it */
  function fetch(node: Node, read: () => Promise<readonly Row[]>, tells: boolean): Promise<void> {
    const fetching: Promise<void> = (node.fetching ??= read()
      .then((rows) => {
        if (node.fetching !== fetching) return;
        const moved = take(node, rows, tells ? untold.nodes : new Map());
        node.known = moved && tells ? 'told' : 'known';
        if (node.known === 'told') untold.nodes.set(node, true);
        tellUntold();
      })
      .finally(() => {
        if (node.fetching === fetching) node.fetching = undefined;
      }));
    return fetching;
  }

  /**
   * VS Code asks for all below a row of which only the looks changed, too, and takes a row that is opened meanwhile for an
   * empty one: it is given what is known at once, and told if that turns out to be different.
   */
  function refetch(node: Node, read: () => Promise<readonly Row[]>): void {
    const told = node.known === 'told';
    node.known = 'known';
    if (told) return;
    fetch(node, read, true).catch(() => {
      // It asks again, and gets the reason.
      node.known = undefined;
      untold.nodes.set(node, true);
      tellUntold();
    });
  }

  function reload(key?: string): void {
    const node = key === undefined ? undefined : nodes.get(key);
    const all = key === undefined ? nodes.values() : node ? [node] : [];
    for (const one of all) one.known = one.fetching = undefined;
    if (node || key === undefined) changed.fire(node);
  }

  function reread(key: string): void {
    const node = nodes.get(key);
    const read = node?.row.children;
    if (node?.fetching && !node.known) {
      // VS Code waits for them, and took the row for an empty one if it were told of it now.
      const again = () => setTimeout(() => reread(key), PACE.shortest);
      node.fetching.then(again, again);
      return;
    }
    if (!node?.known || typeof read !== 'function') return reload(key);
    // What is being read may be from before.
    node.fetching = undefined;
    node.known = 'known';
    refetch(node, read);
  }

  return {
    onDidChangeTreeData: changed.event,
    getTreeItem: toTreeItem,
    getParent: (node) => node.parent,
    async getChildren(node) {
      if (!node) {
        top ??= open(roots, undefined);
        return [...top.values()];
      }
      const { children } = node.row;
      if (typeof children !== 'function') take(node, children ?? [], new Map());
      else if (node.known) refetch(node, children);
      else await fetch(node, children, false);
      return [...(node.children?.values() ?? [])];
    },
    async resolveTreeItem(item, node) {
      // A tooltip that cannot be made says why.
      const text = await Promise.resolve(node.row.tooltip?.()).catch((error: unknown) =>
        md(error instanceof Error ? error.message : String(error)),
      );
      if (text) {
        // Without theme icons: VS Code puts those into the text after Markdown's own escapes have gone.
        const markdown = new vscode.MarkdownString(text, false);
        markdown.isTrusted = false;
        markdown.supportHtml = false;
        item.tooltip = markdown;
      }
      return item;
    },
    update(rows) {
      roots = rows;
      // Nothing is told that VS Code need not hear.
      if (!top) return;
      if (settle(top, rows, undefined, untold.nodes)) untold.all = true;
      tellUntold();
    },
    find: (key) => nodes.get(key),
    having: (target) =>
      [...nodes.values()].filter(({ row }) => row.target === target).map(({ row }) => row),
    reload,
    reread,
  };
}
