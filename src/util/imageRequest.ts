/** What the language server asks its client about images: the method, and what goes each way as JSON. */
export const IMAGES = 'stevedore/images';

/** Where the client looks: on the engine at hand, which is quick, or in registries over the network. */
export type ImagesFrom = 'engine' | 'registries';

export type ImagesRequest = {
  readonly from: ImagesFrom;
  /** Nobody waits for the answer: an engine that nothing has needed yet is left alone. */
  readonly aside?: true;
} & (
  | {
      readonly about: 'names';
      /** What is typed of a name, with its registry if it has one, without tag. */
      readonly typed: string;
    }
  | {
      readonly about: 'tags';
      /** Name without tag and digest. */
      readonly repository: string;
    }
  | {
      /** Of registries, `digest` tells the digest only: that costs them and their limits least. */
      readonly about: 'image' | 'digest';
      /** Name with tag or digest. */
      readonly reference: string;
    }
  | {
      /** Of registries, the variables that an image sets on one platform only: that costs them less than `image`. */
      readonly about: 'variables';
      readonly reference: string;
      /** `os/architecture`; the client's own unless given. Of a registry that has no such one, another is told of. */
      readonly platform?: string;
    }
  | {
      /** What the engine builds for unless told otherwise, as the platform of the one image in the answer. */
      readonly about: 'engine';
    }
);

/** A repository, a tag or an image, as much as is known of it. Strings are what engine and registries said. */
export interface ImageFacts {
  /** The repository's name for `names`, the tag for `tags`, else the reference. */
  readonly name: string;
  readonly description?: string;
  readonly digest?: string;
  /** Further digests under which the engine has the same image of the same repository. */
  readonly digests?: readonly string[];
  /** Bytes: on disk for the engine, compressed for registries. */
  readonly size?: number;
  /** Seconds since the epoch. */
  readonly created?: number;
  /** `os/architecture[/variant]`; of the engine those that it has, the one that it would run first. */
  readonly platforms?: readonly string[];
  /**
   * For `variables`, and for `image` of the engine: names of the variables that it sets. Their values may be nobody's
   * business.
   */
  readonly variables?: readonly string[];
  /** For `image` of the engine: it sets a working directory, which isn't the root. */
  readonly workdir?: true;
  /** For `image` of the engine: it sets the shell of what is built on it. */
  readonly shell?: true;
}

export interface ImagesAnswer {
  readonly images: readonly ImageFacts[];
  /** False when there are more that begin with what was typed. */
  readonly complete: boolean;
}

/** What the client tells, without parameters, when its engine came, went, or has other images. */
export const IMAGES_CHANGED = 'stevedore/imagesChanged';

/** What the server asks for what a Dockerfile's instructions came to in its last build. */
export const LAYERS = 'stevedore/layers';

export interface LayersRequest {
  readonly uri: string;
}

/** Of an instruction what is known of it; several may stand on one line. */
export interface Layer {
  /** Counted from 0. */
  readonly line: number;
  /** Bytes. */
  readonly size?: number;
  /** Milliseconds that it ran. */
  readonly duration?: number;
  /** Its result was there already. */
  readonly cached?: boolean;
  /** Why it was not, in a sentence. */
  readonly why?: string;
}

/** Null when no build is remembered. */
export type LayersAnswer = { readonly layers: readonly Layer[] } | null;

/** What the client tells, without parameters, when a build has ended. */
export const LAYERS_CHANGED = 'stevedore/layersChanged';

/** Which of these a client answers or runs, given to the server with its initialization options. */
export interface ClientAnswers {
  readonly answers: readonly string[];
}

/** Commands of the client's that a code lens may name; each takes a Dockerfile's URI, the stage as its fragment. */
export const BUILD = 'stevedore.image.build';
export const BUILD_AND_RUN = 'stevedore.image.buildAndRun';

/** A command of VS Code's that shows suggestions again, after one such as `--from=`. */
export const SUGGEST = 'editor.action.triggerSuggest';
