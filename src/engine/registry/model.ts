import type { EngineError } from '../errors.ts';

/** One stretch of a long listing. `more` fetches the next one; undefined after the last. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly more: ((signal?: AbortSignal) => Promise<Page<T>>) | undefined;
}

export interface Repository {
  /** Path inside the registry: `team/app`, and `library/nginx` on Docker Hub. */
  readonly name: string;
  readonly description: string | undefined;
  readonly private: boolean | undefined;
  readonly official: boolean | undefined;
  readonly stars: number | undefined;
  readonly pulls: number | undefined;
  /** Seconds since the epoch. */
  readonly updated: number | undefined;
}

/** What a registry lists of itself. Without a catalogue only repositories known by name can be shown. */
export type RepositoryListing =
  | { readonly catalogue: true; readonly page: Page<Repository> }
  | { readonly catalogue: false; readonly why: EngineError };

/** A tag, with what is known of it without asking further. Docker Hub tells it all, other registries the name only. */
export interface Tag {
  readonly name: string;
  readonly digest: string | undefined;
  /** Bytes, compressed, of one platform's image. */
  readonly size: number | undefined;
  /** Seconds since the epoch: when it was pushed (Docker Hub), or built. */
  readonly updated: number | undefined;
  /** `os/architecture[/variant]` */
  readonly platforms: readonly string[] | undefined;
}

/** One image that a manifest stands for: one platform of an index, or the only one. */
export interface PlatformImage {
  /** `os/architecture[/variant]`; undefined when a single image's configuration was not asked for. */
  readonly platform: string | undefined;
  readonly digest: string;
  /** Sum of the layers, bytes, as stored (compressed); undefined where the manifest doesn't tell. */
  readonly size: number | undefined;
  /** Seconds since the epoch; undefined when not told. */
  readonly created: number | undefined;
  /** Names of the variables that it sets; absent when not told. */
  readonly variables?: readonly string[];
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** A manifest as a registry serves it, of any of the formats. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly kind: 'index' | 'image' | 'schema1' | 'artifact';
  /** For an index: its images, attestations left out. */
  readonly children: readonly (Descriptor & { readonly platform: string })[];
  readonly layers: readonly Descriptor[];
  readonly config: Descriptor | undefined;
  /** Of schema 1, which carries it in itself. */
  readonly embedded:
    | { readonly platform: string | undefined; readonly created: number | undefined }
    | undefined;
  /** As sent, for display. */
  readonly json: unknown;
}

/** What a tag or digest stands for, read down to the configuration of each platform's image. */
export interface ImageDetails {
  readonly digest: string;
  readonly mediaType: string;
  readonly kind: Manifest['kind'];
  readonly images: readonly PlatformImage[];
  /** The newest of its images. */
  readonly created: number | undefined;
}

/** What deleting a tag will remove. */
export interface DeletionPlan {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** Tags of the same digest, which a registry that deletes by digest removes along. */
  readonly alsoTags: readonly string[];
  /** False when there were too many tags to compare all of them. */
  readonly complete: boolean;
}

/** What only Docker Hub offers. */
export interface Hub {
  /** Namespaces of the signed-in user: her own and her organisations. Empty when nobody is signed in. */
  namespaces(signal?: AbortSignal): Promise<readonly string[]>;
  search(query: string, signal?: AbortSignal): Promise<Page<Repository>>;
}

/** A registry. Every call throws an EngineError whose message says what failed and what to do. */
export interface Registry {
  /** `docker.io`, or host:port. */
  readonly host: string;
  readonly hub: Hub | undefined;
  /** That a registry answers, and takes the credential where it asks for one. */
  check(signal?: AbortSignal): Promise<void>;
  /** First page of the repositories; on Docker Hub those of a namespace, by default the user's own. */
  repositories(options?: {
    namespace?: string | undefined;
    signal?: AbortSignal | undefined;
  }): Promise<RepositoryListing>;
  tags(repository: string, signal?: AbortSignal): Promise<Page<Tag>>;
  /** @param reference tag or digest */
  manifest(repository: string, reference: string, signal?: AbortSignal): Promise<Manifest>;
  /** The digest that a tag stands for, without reading its manifest where the registry allows that. */
  digest(repository: string, reference: string, signal?: AbortSignal): Promise<string>;
  /** Platforms, sizes and dates of a tag or digest. One request per image more than `manifest`; kept by digest. */
  details(repository: string, reference: string, signal?: AbortSignal): Promise<ImageDetails>;
  /**
   * Names of the variables that an image sets on a platform, or on another where it isn't made for that one. Two requests
   * more than `manifest` at most.
   */
  variables(
    repository: string,
    reference: string,
    platform: string | undefined,
    signal?: AbortSignal,
  ): Promise<readonly string[]>;
  /** Finds out what deleting a tag removes, for the question to the user. */
  planDelete(repository: string, tag: string, signal?: AbortSignal): Promise<DeletionPlan>;
  /** Carries out a plan. Throws `conflict` when the tag has moved to another digest since. */
  deleteTag(plan: DeletionPlan, signal?: AbortSignal): Promise<void>;
  /** Ends the kept-alive connections. */
  dispose(): void;
}
