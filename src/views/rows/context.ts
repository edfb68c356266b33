import { isLeftOut } from '../../engine/contextTree.ts';
import type { ContextNode, ContextTarget, ContextTree } from '../../engine/contextTree.ts';
import { code, count, formatBytes, md, oneLine } from '../../util/format.ts';
import type { Row } from '../row.ts';

/** The rows of the Build Context view: the context itself, and below what is sent and what is left out of it. */
export function contextRows(tree: ContextTree): Row[] {
  const { top, root, ignoreFile, unreadable, complete } = tree;
  const name = root.split(/[/\\]/).findLast((part) => part !== '') ?? root;
  const words = [
    formatBytes(top.size),
    count(top.files, 'file'),
    ...(complete ? [] : ['and more']),
    ...(unreadable.length > 0 ? [`${unreadable.length} unreadable`] : []),
  ];
  return [
    {
      key: `context/${root}`,
      noun: 'contextEntry',
      facts: ['folder'],
      label: oneLine(name),
      description: words.join('  '),
      icon: { id: 'root-folder' },
      expanded: true,
      spoken: `Build context ${oneLine(name)}, ${words.join(', ')}`,
      tooltip: () =>
        [
          `**${md(root)}**`,
          `A build is sent ${md(count(top.files, 'file'))}, ${md(formatBytes(top.size))}.`,
          ignoreFile === undefined
            ? 'No ignore file leaves anything out\\.'
            : `Ignore file: ${code(ignoreFile)}`,
          ...(complete ? [] : ['There is more than could be looked at\\.']),
          ...unreadable.slice(0, 5).map((path) => `Could not be read: ${code(path)}`),
        ].join('\n\n'),
      children: top.children.map((node) => toRow(tree, node)),
    },
  ];
}

function toRow(tree: ContextTree, node: ContextNode): Row {
  const { path, kind, ignored, by, size, files, children } = node;
  const label = oneLine(path.slice(path.lastIndexOf('/') + 1));
  const out = isLeftOut(node);
  const share = tree.top.size > 0 ? Math.round((100 * size) / tree.top.size) : 0;
  const folder = kind === 'directory';
  const words = out
    ? [`left out by ${oneLine(by?.text ?? '')}`]
    : [
        formatBytes(size),
        ...(share >= 1 ? [`${share} %`] : []),
        ...(folder ? [count(files, 'file')] : []),
        ...(ignored && folder ? ['the rest left out'] : []),
      ];
  return {
    key: `context/${tree.root}/${path}`,
    noun: 'contextEntry',
    facts: [folder ? 'folder' : 'file', ...(out ? [] : ['sent']), ...(by ? ['pattern'] : [])],
    label,
    description: words.join('  '),
    icon: out
      ? { id: 'circle-slash', color: 'disabledForeground' }
      : { id: folder ? 'folder' : kind === 'link' ? 'file-symlink-file' : 'file' },
    spoken: `${label}, ${words.join(', ')}`,
    tooltip: () =>
      [
        `**${md(path)}**`,
        out ? 'Not sent to the builder\\.' : `Sent to the builder: ${md(formatBytes(size))}`,
        ...(by ? [`${code(by.text)} on line ${by.line} decides\\.`] : []),
        ...(!by && !out ? ['No pattern is about it\\.'] : []),
      ].join('\n\n'),
    target: { tree, node } satisfies ContextTarget,
    ...(folder && children.length > 0
      ? { children: () => Promise.resolve(children.map((child) => toRow(tree, child))) }
      : {}),
    ...(folder ? {} : { click: 'context.open' }),
  };
}
