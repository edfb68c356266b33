import * as vscode from 'vscode';
import { EngineError } from '../engine/errors.ts';
import type { ImageDetails, Page, Repository, Tag } from '../engine/registry/model.ts';
import type { Registries, RegistryEntry, RemoteRepository } from '../engine/registry/registries.ts';
import {
  emptyRow,
  failureRow,
  moreRow,
  registryRow,
  repositoryRow,
  tagRow,
} from './rows/registries.ts';
import type { Row } from './row.ts';
import { createTree } from './tree.ts';

export interface RegistriesView extends vscode.Disposable {
  rows(): Promise<readonly Row[]>;
  /** Reads everything on show anew. */
  reload(): void;
}

/** So many tags are shown, and asked for their size and age, at a time. */
const tagsAtATime = 25;

const seconds = () => Math.floor(Date.now() / 1000);
const asError = (error: unknown) =>
  error instanceof EngineError ? error : new EngineError('server', String(error), { cause: error });

/** A listing as far as it has been read. */
interface Listing<T> {
  items: readonly T[];
  more: Page<T>['more'];
}

/**
 * The Registries view. A level is fetched when it is opened, and page by page: nothing is asked of a registry that
 * nobody looks at.
 */
export function createRegistriesView(
  registries: Registries,
  report: (error: unknown) => void,
): RegistriesView {
  const tree = createTree();
  const view = vscode.window.createTreeView('stevedore.registries', {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const repositories = new Map<string, Listing<Repository>>();
  const tags = new Map<string, Listing<Tag> & { shown: number }>();
  const details = new Map<string, ImageDetails>();

  /** Children of a row whose failure becomes a row instead of hiding what else there is. */
  const guarded =
    (key: string, entry: RegistryEntry, read: () => Promise<readonly Row[]>) =>
    async (): Promise<readonly Row[]> => {
      try {
        return await read();
      } catch (error) {
        report(error);
        return [failureRow(key, entry, asError(error))];
      }
    };

  async function repositoryRows(entry: RegistryEntry): Promise<readonly Row[]> {
    const key = `registry/${entry.host}`;
    const pinned = entry.pinned.map((name) => toRepository(entry, name, true, undefined));
    let listing = repositories.get(key);
    if (!listing) {
      try {
        const first = await (await registries.open(entry.host)).repositories();
        if (!first.catalogue) throw first.why;
        listing = { items: first.page.items, more: first.page.more };
        repositories.set(key, listing);
      } catch (error) {
        return [...pinned, failureRow(key, entry, asError(error))];
      }
    }
    const listed = listing.items
      .filter(({ name }) => !entry.pinned.includes(name))
      .map((repository) => toRepository(entry, repository.name, false, repository));
    const { more } = listing;
    const rows = [
      ...pinned,
      ...listed,
      ...(more ? [moreRow(key, next(repositories, key, more))] : []),
    ];
    return rows.length
      ? rows
      : [
          emptyRow(
            key,
            entry.hub && !entry.signedIn ? 'Sign in, or pin a repository' : 'No repositories',
          ),
        ];
  }

  /** Fetches the next page of a listing and shows it. */
  const next =
    <T>(listings: Map<string, Listing<T>>, key: string, more: NonNullable<Page<T>['more']>) =>
    async () => {
      const page = await more();
      const before = listings.get(key);
      // A second click may have brought the same page meanwhile.
      if (before?.more === more)
        Object.assign(before, { items: [...before.items, ...page.items], more: page.more });
      tree.reload(key);
    };

  function toRepository(
    entry: RegistryEntry,
    name: string,
    pinned: boolean,
    listed: Repository | undefined,
  ): Row {
    const repository: RemoteRepository = { host: entry.host, hub: entry.hub, name, pinned };
    const key = `remote/${entry.host}/${name}`;
    return repositoryRow(
      entry,
      name,
      pinned,
      listed,
      seconds(),
      guarded(key, entry, () => tagRows(entry, repository, key)),
    );
  }

  async function tagRows(
    entry: RegistryEntry,
    repository: RemoteRepository,
    key: string,
  ): Promise<readonly Row[]> {
    let listing = tags.get(key);
    if (!listing) {
      const page = await (await registries.open(entry.host)).tags(repository.name);
      listing = { items: page.items, more: page.more, shown: tagsAtATime };
      tags.set(key, listing);
    }
    const { items, more, shown } = listing;
    const visible = items.slice(0, shown);
    if (!entry.hub) void readDetails(repository, visible, key);
    const rows = newestFirst(
      visible.map((tag) => ({ tag, known: details.get(`${key}:${tag.name}`) })),
      items.length <= shown && !more,
    ).map(({ tag, known }) =>
      tagRow(repository, tag, known, seconds(), async () =>
        (await registries.open(entry.host)).details(repository.name, tag.name),
      ),
    );
    const showMore = async () => {
      const state = tags.get(key);
      // A second click on the same row asks for nothing further.
      if (!state || state.shown !== shown) return;
      state.shown += tagsAtATime;
      if (state.items.length >= state.shown || !state.more) return tree.reload(key);
      try {
        await next(tags, key, state.more)();
      } catch (error) {
        // The row stays, and a click on it asks again.
        state.shown = shown;
        throw error;
      }
    };
    const rest = items.length > shown || more ? [moreRow(key, showMore)] : [];
    return rows.length ? [...rows, ...rest] : [emptyRow(key, 'No tags')];
  }

  /** Reads size, date and platforms of the tags on show, once each; the rows say them when they are there. */
  async function readDetails(
    { host, name }: RemoteRepository,
    visible: readonly Tag[],
    key: string,
  ): Promise<void> {
    const missing = visible.filter((tag) => !details.has(`${key}:${tag.name}`));
    if (!missing.length) return;
    const registry = await registries.open(host);
    const answers = await Promise.allSettled(
      missing.map(async (tag) =>
        details.set(`${key}:${tag.name}`, await registry.details(name, tag.name)),
      ),
    );
    // A tag whose manifest cannot be read stands there without its size; its tooltip says why.
    for (const answer of answers) if (answer.status === 'rejected') report(answer.reason);
    if (answers.some(({ status }) => status === 'fulfilled')) tree.reload(key);
  }

  // Who is signed in is asked of docker's credential helpers, which are programs: once, until something changes.
  let entries: Promise<readonly RegistryEntry[]> | undefined;
  const rows = async () =>
    (await (entries ??= registries.list())).map((entry) =>
      registryRow(
        entry,
        guarded(`registry/${entry.host}`, entry, () => repositoryRows(entry)),
      ),
    );
  const show = async () => {
    if (view.visible) tree.update(await rows());
  };
  const forget = () => {
    entries = undefined;
    repositories.clear();
    tags.clear();
    details.clear();
  };
  const reload = () => {
    forget();
    show().then(() => tree.reload(), report);
  };
  const subscriptions = vscode.Disposable.from(
    view,
    view.onDidChangeVisibility(() => void show().catch(report)),
    registries.onDidChange(reload),
  );
  show().catch(report);
  return { rows, reload, dispose: () => subscriptions.dispose() };
}

/** Newest first where all dates are known; otherwise as the registry's versions go. */
function newestFirst<T extends { tag: Tag; known: ImageDetails | undefined }>(
  entries: readonly T[],
  complete: boolean,
): readonly T[] {
  const date = ({ tag, known }: T) => tag.updated ?? known?.created;
  if (!complete || entries.some((entry) => date(entry) === undefined)) return entries;
  return [...entries].sort((a, b) => (date(b) ?? 0) - (date(a) ?? 0));
}
