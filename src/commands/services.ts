import type * as vscode from 'vscode';
import type { Build, BuildStep } from '../engine/builds/model.ts';
import type { AuthOptions } from '../engine/buildkit/services/auth.ts';
import type { Problem } from '../engine/builds/problems.ts';
import type { CacheRecord } from '../engine/buildkit/cacheModel.ts';
import type { Client } from '../engine/client.ts';
import type { ContextTarget, ContextTree } from '../engine/contextTree.ts';
import type { CurrentEngine } from '../engine/current.ts';
import type { Credentials } from '../engine/credentials.ts';
import type { FoundEndpoint } from '../engine/endpoint.ts';
import type { Container, Image, Network, Volume } from '../engine/model.ts';
import type {
  Registries,
  RegistryEntry,
  RemoteRepository,
  RemoteTag,
} from '../engine/registry/registries.ts';
import type { Documents } from '../views/documents.ts';
import type { PortTarget } from '../views/rows/details.ts';
import type { ChangeTarget, FileTarget } from '../views/rows/files.ts';
import type { ContainerFiles, FilePath } from '../engine/containerFiles/service.ts';
import type { Noun } from '../manifest/facts.ts';
import type { Settings } from '../manifest/settings.ts';
import type { EngineViewId } from '../manifest/views.ts';
import type { WorkspaceBuilds } from './builds/parts.ts';
import type { BuildTerminals } from './builds/terminals.ts';
import type { Answers } from './secrets.ts';

/** A row of a tree as far as commands care: what it stands for and what holds of it. */
export interface TargetRow {
  readonly noun: Noun;
  readonly facts: readonly string[];
  readonly label: string;
  readonly full?: string;
  readonly description?: string;
  readonly icon: { readonly id: string };
  readonly target?: unknown;
  readonly children?: readonly TargetRow[] | (() => Promise<readonly TargetRow[]>);
}

/** An image under one of its names. `reference` is its id where it has none. */
export interface ImageTarget {
  readonly image: Image;
  readonly reference: string;
}

/** A step with the build that it is of. */
export interface StepTarget {
  readonly build: Build;
  readonly step: BuildStep;
}

/** What a handler gets for the noun that its command is on. Groups arrive as their members. */
export interface TargetOf {
  container: Container;
  image: ImageTarget;
  network: Network;
  volume: Volume;
  endpoint: FoundEndpoint;
  registry: RegistryEntry;
  remoteRepository: RemoteRepository;
  tag: RemoteTag;
  more: () => Promise<void>;
  cacheRecord: CacheRecord;
  contextEntry: ContextTarget;
  build: Build;
  buildStep: StepTarget;
  file: FileTarget;
  change: ChangeTarget;
  containerPort: PortTarget;
}

/** The part of the views that commands may ask things of. */
export interface Views {
  /** The rows of a view as they would stand there unfiltered, everything loaded. */
  rows(
    view: EngineViewId | 'builds' | 'registries' | 'engines' | 'buildCache',
  ): Promise<readonly TargetRow[]>;
  /** The rows that are selected in a view. */
  selection(view: EngineViewId | 'builds'): readonly TargetRow[];
  filter(view: EngineViewId): string;
  setFilter(view: EngineViewId, filter: string): void;
  /** Reads what is on show in a view that is fetched on demand anew. */
  reload(view: 'registries' | 'engines' | 'buildCache'): void;
  /** Shows a build context, in place of the one that is shown. */
  showContext(tree: ContextTree): Promise<void>;
  /** Reads what stands below the row of a folder, or of changed files, anew. */
  reloadFiles(target: unknown): void;
  /** Shows a directory below the row of one that is around it. */
  revealFile(folder: FileTarget, path: string): Promise<void>;
  /** The build context that is shown. */
  context(): ContextTree | undefined;
  readonly alerts: {
    /** Tells nothing more of the containers of these names, or does again. */
    mute(names: readonly string[], muted: boolean): Promise<void>;
  };
}

/** The engine chosen for this window, remembered with the workspace; nothing chosen means what docker uses. */
export interface ChosenEngine {
  set(endpoint: FoundEndpoint | undefined): Promise<void>;
}

/** Whose logs are to be shown: of some containers, or of all with a label, `name=value`. */
export interface LogRequest {
  readonly containers?: readonly { readonly id: string; readonly name: string }[];
  readonly label?: string;
  /** Lines from the end; 0 for all. */
  readonly tail: number;
  /** Seconds since the epoch. */
  readonly since?: string;
  readonly follow: boolean;
}

/** Whose charts are to be shown. */
export type StatsRequest =
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'container'; readonly id: string; readonly name: string };

/** What every command may use. Built once, by extension.ts. */
export interface Services {
  readonly current: CurrentEngine;
  readonly chosen: ChosenEngine;
  readonly registries: Registries;
  readonly builds: WorkspaceBuilds;
  readonly terminals: BuildTerminals;
  /** Opens the timeline of a build. */
  readonly timeline: (build: string) => Promise<void>;
  /** Opens the Stats panel, on what is given. */
  readonly openStats: (what?: StatsRequest) => Promise<void>;
  /** Opens the log viewer. */
  readonly openLogs: (what: LogRequest) => Promise<void>;
  /** Opens the layer explorer on an image. */
  readonly openLayers: (what: { readonly id: string; readonly name: string }) => Promise<void>;
  readonly credentials: Credentials;
  readonly settings: Settings;
  readonly views: Views;
  readonly log: vscode.LogOutputChannel;
  /** Gets an anonymous or personal token of a registry. */
  readonly fetchToken: AuthOptions['fetchToken'];
  /** Shows what the engine's own checks found in a file; answers how many of them nobody else has said. */
  readonly showCheck: (uri: vscode.Uri, problems: readonly Problem[]) => number;
  /** The answers given last to forms and questions. */
  readonly answers: Answers;
  /** Files of containers, images and volumes. */
  readonly files: ContainerFiles;
  /** The address of a file, for the editor; and what one of ours stands for. */
  readonly fileUri: (at: FilePath) => vscode.Uri;
  readonly fileAt: (uri: vscode.Uri) => FilePath | undefined;
  /** Opens what `read` answers as a read-only document; `path` names it. */
  readonly showDocument: Documents['show'];
}

/** What one run of a command gets on top. `T` is the type of its targets. */
export interface Run<T> extends Services {
  readonly targets: readonly T[];
  readonly signal: AbortSignal;
  /** The connected engine. Waits for a connection that is being made; throws the `EngineError` of one that failed. */
  readonly client: () => Promise<Client>;
  /** Waits for the engine's work, showing progress with a cancel button when it takes longer than a moment. */
  readonly busy: <R>(work: Promise<R>) => Promise<R>;
}
