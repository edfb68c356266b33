import type { ImageFacts } from '../../../util/imageRequest.ts';
import type { Dockerfile } from '../model/dockerfile.ts';
import type { Span } from '../parser/tree.ts';

/** The names of the levels are those of `.hadolint.yaml`; the editor shows `style` as a hint. */
export type Severity = 'error' | 'warning' | 'info' | 'style';

/** A change of the text concerned and of nothing else. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
  /** Text for the end of another file instead; there are no `edits` then. */
  readonly append?: Append;
  /** It keeps what the file builds, so it may be applied to a whole file unseen. */
  readonly safe?: true;
}

interface Append {
  /** Absolute. */
  readonly path: string;
  /** The file has to be made. */
  readonly isNew: boolean;
  /** Where the file ends, both from 0, in UTF-16 units. */
  readonly at: { readonly line: number; readonly character: number };
  readonly text: string;
}

export interface Finding {
  /** What gets the squiggle: the words concerned, not the line. */
  readonly span: Span;
  /** One or two sentences: what is wrong, and what to do when a fix can't say it. */
  readonly message: string;
  /** Offset on the line that BuildKit reports it on, when that isn't where the span starts. */
  readonly reportedAt?: number;
  /** Offset of the instruction whose `# check=skip=` BuildKit heeds, when that isn't the one it reports. */
  readonly silencedAt?: number;
  readonly fixes?: readonly Fix[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** Of what is found late: it is nothing of its own, but says that what `check` finds at this span isn't so. */
  readonly withdraws?: true;
}

/** Files of a build context with their contents, for the examples of rules that look there. */
export type ExampleFiles = Readonly<Record<string, string>>;

/** A text that breaks the rule beside one that doesn't; both are shown in the documentation and run as its spec. */
export interface Example {
  readonly bad: string;
  readonly good: string;
  /** The first fix of the first finding in `bad` gives exactly `good`. */
  readonly fixed?: true;
  /** Content of `.hadolint.yaml`, for rules that do nothing without. */
  readonly config?: string;
  readonly files?: ExampleFiles;
  /** The platform of each image that a builder for linux/amd64 has. */
  readonly platforms?: Readonly<Record<string, string>>;
}

/** What a rule is, for the checker, the settings and the documentation alike. */
export interface Rule {
  /** BuildKit's check name, `DL####`, `build-error/<kind>` or `stevedore/<name>`. */
  readonly id: string;
  /**
   * The rule of another tool that says the same. Where both find something in one instruction, they become one
   * finding that carries both names, BuildKit's first.
   */
  readonly same?: string;
  readonly severity: Severity;
  /** Off until a configuration turns it on, because the tool that it comes from leaves it off. */
  readonly off?: true;
  /** BuildKit heeds `# check=skip=` for it at the head of the file only, not above an instruction. */
  readonly fileWide?: true;
  /** What it finds, and what follows it in the instruction, is meant as another one: no other rule's fix may touch it. */
  readonly misread?: true;
  /** One sentence without a full stop: the page's heading after the id. */
  readonly title: string;
  /** Markdown: why it matters and what to do instead. */
  readonly why: string;
  readonly examples: readonly [Example, ...Example[]];
  /** What it finds in a file. Never throws on any input; linear in the file's length. */
  readonly check: (file: Dockerfile, options: RuleOptions) => Iterable<Finding>;
  /** What it finds by looking at the files of the build context; runs after `check`, aside from the other rules. */
  readonly checkContext?: (file: Dockerfile, context: BuildContext) => Promise<Iterable<Finding>>;
  /** What it finds by what engine and registries know of base images; nothing that works offline asks for it. */
  readonly checkImages?: (file: Dockerfile, images: KnownImages) => Promise<Iterable<Finding>>;
}

/** What engine and registries know of images, each undefined when it isn't known or mustn't be asked for. Nothing rejects. */
export interface KnownImages {
  /** The engine's platform, as `linux/arm64`: what it builds for unless told otherwise. */
  platform(): Promise<string | undefined>;
  /** The image that the engine has under a reference. */
  local(reference: string): Promise<ImageFacts | undefined>;
  /** The digest that its registry has for a reference. */
  digest(reference: string): Promise<string | undefined>;
  /** The image that its registry has; it asks more of the registry than the digest does. */
  remote(reference: string): Promise<ImageFacts | undefined>;
  /** The variables that it sets, as its registry says, on a platform: this machine's unless given. Empty when not known. */
  variables(reference: string, platform: string | undefined): Promise<readonly string[]>;
}

/** What configurations give to rules; all of it may be empty. */
export interface RuleOptions {
  /** hadolint's trustedRegistries. */
  readonly trustedRegistries: readonly string[];
  /** hadolint's label-schema: the type that each label's value must have. */
  readonly labelSchema: ReadonlyMap<string, LabelType>;
  readonly strictLabels: boolean;
}

export type LabelType =
  | 'text'
  | 'rawtext'
  | 'url'
  | 'rfc3339'
  | 'spdx'
  | 'hash'
  | 'semver'
  | 'email';

export interface ContextEntry {
  readonly name: string;
  /** A link is not what it points to. */
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** The files that a build would get. Paths are relative to the context's root, with `/` between their parts. */
export interface BuildContext {
  /** Its folder, absolute. */
  readonly root: string;
  /** Where the Dockerfile is in it; undefined when it lies elsewhere or isn't a file. */
  readonly dockerfile: string | undefined;
  /** Absolute path of the file that the ignore patterns come from. */
  readonly ignorePath: string | undefined;
  /** Its text. */
  readonly ignoreText: string | undefined;
  /** Which file the ignore patterns come from, for messages; undefined when there is none. */
  readonly ignoreFile: string | undefined;
  /** The pattern that leaves `path` out, as written; undefined when it is sent. */
  ignoredBy(path: string): string | undefined;
  /** Whether some pattern of the ignore file is an exception (`!…`). */
  readonly hasExceptions: boolean;
  /** `undefined` when nothing is there. */
  kind(path: string): Promise<'file' | 'directory' | 'other' | undefined>;
  /** Paths that match a pattern of COPY (Go's filepath.Match), at most `limit` of them. */
  glob(pattern: string, limit: number): Promise<readonly string[]>;
  /** The text of a file of at most 1 MB; undefined when it isn't there, larger or not text. */
  read(path: string): Promise<string | undefined>;
  /** What is in a directory, ignored or not; empty when it isn't one. */
  list(directory: string): Promise<readonly ContextEntry[]>;
  /**
   * All files that would be sent but for those of git and of packages in `node_modules`; `complete` is false when there are
   * too many, or some can't be read.
   */
  sent(): Promise<{ readonly paths: readonly string[]; readonly complete: boolean }>;
}
