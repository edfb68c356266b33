import { basename, dirname, join } from 'node:path';
import type {
  CodeAction,
  CompletionItem,
  Diagnostic,
  Hover,
  Position,
  Range,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Contexts } from '../../context/contexts.ts';
import { fileOf } from '../../context/fileOf.ts';
import { guessRoot } from '../../context/guessRoot.ts';
import { readIfThere } from '../../context/paths.ts';
import { literalSources } from '../../context/sources.ts';
import { createDockerfile } from '../../model/dockerfile.ts';
import { parse } from '../../parser/parse.ts';
import { ignoreActions } from './actions.ts';
import { ignoreCompletion } from './completion.ts';
import { dockerfileOf, ignoreProblems, toDiagnostic } from './diagnostics.ts';
import type { IgnoreProblem } from './diagnostics.ts';
import { ignoreHover } from './hover.ts';
import { listContext } from './survey.ts';
import type { Listing } from './survey.ts';

export interface IgnoreFeatures {
  diagnostics(document: TextDocument): Promise<Diagnostic[]>;
  completion(document: TextDocument, position: Position): Promise<CompletionItem[]>;
  hover(document: TextDocument, position: Position): Promise<Hover | null>;
  actions(document: TextDocument, range: Range): Promise<CodeAction[]>;
  /** Files have come or gone. */
  clear(): void;
}

/** Where an ignore file counts. */
interface Place {
  readonly root: string;
  /** The Dockerfile in it that builds with it, relative to it. */
  readonly dockerfile: string | undefined;
}

/** What the server offers in ignore files. `folders` are the workspace's, `openText` the texts of open documents. */
export function createIgnoreFeatures(
  contexts: Contexts,
  openText: (path: string) => string | undefined,
  folderOf: (path: string) => string | undefined,
): IgnoreFeatures {
  const listings = new Map<string, { readonly at: number; readonly listing: Promise<Listing> }>();
  const listingOf = (root: string): Promise<Listing> => {
    const known = listings.get(root);
    if (known && Date.now() - known.at < FRESH) return known.listing;
    const listing = listContext(root);
    listings.delete(root);
    listings.set(root, { at: Date.now(), listing });
    // A failure is told to whoever asked; the next one asks anew.
    listing.catch(() => listings.delete(root));
    const [oldest] = listings.keys();
    if (listings.size > MOST_LISTINGS && oldest !== undefined) listings.delete(oldest);
    return listing;
  };
  const placeOf = async ({ uri }: TextDocument): Promise<Place | undefined> => {
    const path = fileOf(uri);
    if (path === undefined) return undefined;
    const name = dockerfileOf(basename(path));
    const folder = dirname(path);
    if (name === undefined) {
      const { kind } = await contexts.open(folder, undefined);
      return {
        root: folder,
        dockerfile: (await kind('Dockerfile')) === 'file' ? 'Dockerfile' : undefined,
      };
    }
    const dockerfile = join(folder, name);
    const text = openText(dockerfile) ?? (await readIfThere(dockerfile));
    const sources = text === undefined ? [] : literalSources(createDockerfile(parse(text)));
    const root = await guessRoot(dockerfile, folderOf(dockerfile), sources);
    const inside = dockerfile.slice(root.length + 1).replaceAll('\\', '/');
    return { root, dockerfile: text === undefined ? undefined : inside };
  };
  const problemsOf = async (document: TextDocument): Promise<IgnoreProblem[]> => {
    const place = await placeOf(document);
    const listing = place && (await listingOf(place.root));
    return ignoreProblems(document.getText(), listing, place?.dockerfile);
  };
  return {
    diagnostics: async (document) =>
      (await problemsOf(document)).map((problem) => toDiagnostic(document, problem)),
    async completion(document, position) {
      const place = await placeOf(document);
      if (!place) return [];
      return ignoreCompletion(document, position, await contexts.open(place.root, undefined));
    },
    async hover(document, position) {
      const place = await placeOf(document);
      return place
        ? ignoreHover(document, position, place.root, await listingOf(place.root))
        : null;
    },
    actions: async (document, range) => ignoreActions(document, await problemsOf(document), range),
    clear: () => listings.clear(),
  };
}

/** Listings of this many folders are kept, */
const MOST_LISTINGS = 4;
/** this long in milliseconds, for not every editor tells of files that change. */
const FRESH = 10_000;
