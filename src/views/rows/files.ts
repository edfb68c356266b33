import type { FileChange } from '../../engine/containerFiles/changes.ts';
import type { Entry } from '../../engine/containerFiles/listing.ts';
import type { FilePath } from '../../engine/containerFiles/service.ts';
import type { FileSource } from '../../engine/containerFiles/source.ts';
import { cell, formatBytes, md, oneLine } from '../../util/format.ts';
import { modeText } from '../../util/modeText.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';
import type { Icon, Row } from '../row.ts';

/** What a row of a file or directory stands for. */
export interface FileTarget {
  readonly at: FilePath;
  readonly isFolder: boolean;
  /** What its container, image or volume is called. */
  readonly owner: string;
  /** What a drop brings to a folder. */
  readonly dropped?: readonly DroppedFile[];
}

/** What was dropped on a folder: the address of a file, or what is in one that has none. */
export type DroppedFile =
  | { readonly uri: string }
  | { readonly name: string; readonly content: Uint8Array };

export const isFileTarget = (target: unknown): target is FileTarget =>
  typeof target === 'object' && target !== null && 'at' in target && 'isFolder' in target;

/** What a row of a difference from the image stands for. */
export interface ChangeTarget {
  readonly at: FilePath;
  readonly what: FileChange['what'];
  readonly owner: string;
  /** Id of the image. */
  readonly image: string;
}

/** Whose files rows are of. */
export interface FileOwner {
  readonly source: FileSource;
  readonly name: string;
  /** Key of the row that they are below. */
  readonly key: string;
}

type Children = () => Promise<readonly Row[]>;

/** What stands below the row of whoever has files. `image` is the id that a container's files are compared with. */
export type Below = (owner: FileOwner, image?: string) => Children;

const facts = ({ source }: FileOwner, ...more: string[]) => [
  ...more,
  ...(source.kind === 'image' ? [] : ['writable']),
];

/** The row that all files of an owner are below. */
export const filesRow = (owner: FileOwner, children: Children): Row => ({
  key: `${owner.key}/files/`,
  noun: 'file',
  facts: facts(owner, 'folder', 'root'),
  label: 'Files',
  icon: { id: 'folder-library' },
  spoken: `Files of ${oneLine(owner.name)}`,
  target: {
    at: { source: owner.source, path: '/' },
    isFolder: true,
    owner: owner.name,
  } satisfies FileTarget,
  children,
});

const isFolder = ({ type, leadsTo }: Entry) => type === 'directory' || leadsTo === 'directory';

/** Folders first, then by name. */
export const sorted = (entries: readonly Entry[]): readonly Entry[] =>
  [...entries].sort(
    (a, b) => Number(isFolder(b)) - Number(isFolder(a)) || naturalOrder(a.name, b.name),
  );

export const pathIn = (folder: string, name: string): string =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

/** The row of one entry of a directory. */
export function fileRow(owner: FileOwner, folder: string, entry: Entry, children: Children): Row {
  const { name, type, size, link, leadsTo } = entry;
  const path = pathIn(folder, name);
  const opens = isFolder(entry);
  const label = oneLine(name);
  const words = [
    ...(link === undefined ? [] : [`→ ${oneLine(link)}`]),
    ...(type === 'symlink' && !leadsTo ? ['leads nowhere'] : []),
    ...(type === 'file' ? [formatBytes(size)] : []),
  ];
  return {
    key: `${owner.key}/files${path}`,
    noun: 'file',
    facts: facts(
      owner,
      ...(opens ? ['folder'] : type === 'file' || leadsTo === 'file' ? ['file'] : []),
    ),
    label,
    ...(words.length > 0 ? { description: words.join('  ') } : {}),
    icon: iconOf(entry),
    spoken: [label, ...words].join(', '),
    tooltip: () => tooltip(path, entry),
    target: {
      at: { source: owner.source, path },
      isFolder: opens,
      owner: owner.name,
    } satisfies FileTarget,
    ...(opens ? { children } : type === 'file' || leadsTo === 'file' ? { click: 'file.open' } : {}),
  };
}

function iconOf({ type, leadsTo }: Entry): Icon {
  if (type === 'directory') return { id: 'folder' };
  if (type === 'file') return { id: 'file' };
  if (type === 'other') return { id: 'plug' };
  if (leadsTo === 'directory') return { id: 'file-symlink-directory' };
  return leadsTo
    ? { id: 'file-symlink-file' }
    : { id: 'file-symlink-file', color: 'problemsWarningIcon.foreground' };
}

function tooltip(path: string, { size, mode, uid, gid, mtime, type, link }: Entry): string {
  const row = (name: string, value: string) => `| ${name} | ${value} |`;
  return [
    `**${md(path)}**`,
    '',
    '| | |',
    '|---|---|',
    ...(type === 'file' ? [row('Size', md(`${size} bytes`))] : []),
    ...(link === undefined ? [] : [row('Link to', cell(link))]),
    row('Mode', cell(modeText(mode))),
    row('Owner', cell(`${uid}:${gid}`)),
    row('Changed', md(new Date(mtime).toISOString())),
  ].join('\n');
}

/** The row that what differs from the image is below. */
export const changesRow = (owner: FileOwner, children: Children): Row => ({
  key: `${owner.key}/changes`,
  noun: 'changes',
  facts: [],
  label: 'Changed Files',
  icon: { id: 'diff' },
  spoken: `Files of ${oneLine(owner.name)} that differ from its image`,
  target: owner,
  children,
});

const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;
const looks: Readonly<Record<FileChange['what'], Icon>> = {
  added: { id: 'diff-added', color: 'gitDecoration.addedResourceForeground' },
  modified: { id: 'diff-modified', color: 'gitDecoration.modifiedResourceForeground' },
  deleted: { id: 'diff-removed', color: 'gitDecoration.deletedResourceForeground' },
};

/** The row of one path that differs from the image. */
export const changeRow = (owner: FileOwner, image: string, { path, what }: FileChange): Row => {
  const cut = path.lastIndexOf('/');
  return {
    key: `${owner.key}/changes${path}`,
    noun: 'change',
    facts: [what],
    label: oneLine(path.slice(cut + 1)),
    description: `${letters[what]}  ${oneLine(path.slice(0, cut) || '/')}`,
    icon: looks[what],
    spoken: `${oneLine(path)}, ${what}`,
    tooltip: () => `**${md(path)}** — ${what}`,
    target: {
      at: { source: owner.source, path },
      what,
      owner: owner.name,
      image,
    } satisfies ChangeTarget,
    click: 'change.compare',
  };
};

/** Stands where there is nothing, or where a directory could not be read. */
export const fileMessage = (key: string, label: string, failed: boolean): Row => ({
  key: `${key}/message`,
  noun: 'message',
  facts: [],
  label: oneLine(label),
  icon: failed ? { id: 'error', color: 'problemsErrorIcon.foreground' } : { id: 'info' },
});
