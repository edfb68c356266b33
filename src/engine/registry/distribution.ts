import { EngineError } from '../errors.ts';
import { parseReference } from '../reference.ts';
import type { RegistryClient } from './client.ts';
import { createManifestReader } from './details.ts';
import { pageOf, readNames } from './listing.ts';
import type { Page, Registry, Repository, Tag } from './model.ts';
import { compareTagNames } from './order.ts';

/** How many rows a page shows. */
const PAGE = 100;
/** How many of a server's pages are read to put tags in order: 10,000 tags where it heeds the `n` asked for. */
const TAG_PAGES = 10;
/** How many tags are compared at most to tell which ones a deletion takes along. */
const COMPARED = 300;

/** Throws unless the name is one that may stand in a path. */
function checked(host: string, repository: string, reference?: string): void {
  const suffix =
    reference === undefined ? '' : reference.includes(':') ? `@${reference}` : `:${reference}`;
  parseReference(`${host}/${repository}${suffix}`);
}

const named = (name: string): Repository => ({
  name,
  description: undefined,
  private: undefined,
  official: undefined,
  stars: undefined,
  pulls: undefined,
  updated: undefined,
});

/** What stands in place of a catalogue that is closed or was never there. */
const noList = (host: string, cause: EngineError) =>
  new EngineError(
    'not-supported',
    `${host} does not list its repositories: pin those that you use by their name.`,
    {
      cause,
      ...(cause.status === undefined ? {} : { status: cause.status }),
      ...(cause.detail === undefined ? {} : { detail: cause.detail }),
    },
  );

/**
 * A registry that speaks the distribution API, version 2 (github.com/opencontainers/distribution-spec), with docker's
 * `_catalog` where it has that.
 */
export function openDistribution(client: RegistryClient): Registry {
  const { host } = client;
  const reader = createManifestReader(client);

  async function catalogue(path: string, signal?: AbortSignal): Promise<Page<Repository>> {
    const { names, next } = await readNames(client, {
      path,
      member: 'repositories',
      what: 'list its repositories',
      scope: 'registry:catalog:*',
      want: 1,
      maxPages: TAG_PAGES,
      signal,
    });
    return pageOf(
      names.map(named),
      PAGE,
      next === undefined ? undefined : (later) => catalogue(next, later),
    );
  }

  async function tagNames(repository: string, path: string, signal?: AbortSignal) {
    return readNames(client, {
      path,
      member: 'tags',
      what: `list the tags of ${repository}`,
      scope: `repository:${repository}:pull`,
      want: Number.POSITIVE_INFINITY,
      maxPages: TAG_PAGES,
      signal,
    });
  }

  async function tagPage(
    repository: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<Page<Tag>> {
    const { names, next } = await tagNames(repository, path, signal);
    const tags = [...names].sort(compareTagNames).map((name): Tag => ({
      name,
      digest: undefined,
      size: undefined,
      updated: undefined,
      platforms: undefined,
    }));
    return pageOf(
      tags,
      PAGE,
      next === undefined ? undefined : (later) => tagPage(repository, next, later),
    );
  }

  /** Some registries refuse a page size they find too large instead of lowering it. */
  async function withoutSize<T>(
    read: (path: string) => Promise<T>,
    path: string,
    size: number,
  ): Promise<T> {
    try {
      return await read(`${path}?n=${size}`);
    } catch (error) {
      if (!(error instanceof EngineError) || error.reason !== 'bad-request') throw error;
      return read(path);
    }
  }

  const tagsPath = (repository: string) => `/v2/${repository}/tags/list`;

  return {
    host,
    hub: undefined,
    async check(signal) {
      await client.request({ path: '/v2/', what: 'use it', signal });
    },
    async repositories({ signal } = {}) {
      try {
        const page = await withoutSize((path) => catalogue(path, signal), '/v2/_catalog', PAGE);
        return { catalogue: true, page };
      } catch (error) {
        const noCatalogue =
          error instanceof EngineError && [401, 403, 404, 405, 501].includes(error.status ?? 0);
        if (!noCatalogue) throw error;
        // A registry that lets nobody in at all has more to say than that its catalogue is closed.
        await client.request({ path: '/v2/', what: 'use it', signal });
        const maySignIn = error.reason === 'unauthorized' && !client.signedIn();
        return { catalogue: false, why: maySignIn ? error : noList(host, error) };
      }
    },
    async tags(repository, signal) {
      checked(host, repository);
      return withoutSize((path) => tagPage(repository, path, signal), tagsPath(repository), 1000);
    },
    async manifest(repository, reference, signal) {
      checked(host, repository, reference);
      return reader.manifest(repository, reference, signal);
    },
    async digest(repository, reference, signal) {
      checked(host, repository, reference);
      return reader.resolve(repository, reference, signal);
    },
    async details(repository, reference, signal) {
      checked(host, repository, reference);
      return reader.details(repository, reference, signal);
    },
    async variables(repository, reference, platform, signal) {
      checked(host, repository, reference);
      return reader.variables(repository, reference, platform, signal);
    },
    async planDelete(repository, tag, signal) {
      checked(host, repository, tag);
      const digest = await reader.resolve(repository, tag, signal);
      const { names, next } = await withoutSize(
        (path) => tagNames(repository, path, signal),
        tagsPath(repository),
        1000,
      );
      const others = names.filter((name) => name !== tag);
      const same = await Promise.all(
        others.slice(0, COMPARED).map(async (name) => {
          try {
            return (await reader.resolve(repository, name, signal)) === digest;
          } catch (error) {
            // Gone since it was listed, so nothing of it can be taken along.
            if (error instanceof EngineError && error.reason === 'not-found') return false;
            throw error;
          }
        }),
      );
      return {
        repository,
        tag,
        digest,
        alsoTags: others.filter((_name, index) => same[index]).sort(compareTagNames),
        complete: next === undefined && others.length <= COMPARED,
      };
    },
    async deleteTag({ repository, tag, digest }, signal) {
      checked(host, repository, tag);
      const now = await reader.resolve(repository, tag, signal);
      if (now !== digest) {
        throw new EngineError(
          'conflict',
          `${repository}:${tag} has been pushed anew meanwhile and was not deleted: look at it again.`,
        );
      }
      try {
        await client.request({
          method: 'DELETE',
          path: `/v2/${repository}/manifests/${digest}`,
          what: `delete ${repository}:${tag}`,
          scope: `repository:${repository}:pull,delete`,
          signal,
        });
      } catch (error) {
        if (!(error instanceof EngineError) || error.reason !== 'not-supported') throw error;
        throw new EngineError(
          'not-supported',
          `${host} does not allow to delete: its operator can turn that on (storage.delete.enabled).`,
          { cause: error },
        );
      }
    },
    dispose: () => client.dispose(),
  };
}
