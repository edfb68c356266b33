import type { Range, TextDocument } from 'vscode-languageserver-textdocument';
import { isTemplateName } from '../../util/dockerfileNames.ts';
import type { Dockerfile } from './model/dockerfile.ts';
import { createDockerfile } from './model/dockerfile.ts';
import type { Occurrence } from './parser/occurrences.ts';
import { occurrencesOf } from './parser/occurrences.ts';
import { parse } from './parser/parse.ts';
import type { Span, Stage, Tree } from './parser/tree.ts';

/** Above this the text isn't parsed at all: no Dockerfile is that long, and the process serves the others. In UTF-16 units. */
const LARGEST = 1024 * 1024;
export type Extent = 'normal' | 'too-large' | 'binary';

/** One version of a document with all that is derived from it. Every feature reads this and nothing else. */
export interface Parsed {
  readonly document: TextDocument;
  /** What may be done with it: `too-large` and `binary` texts have an empty tree. */
  readonly extent: Extent;
  /**
   * Whether it is checked and formatted: a template isn't, for what it means, and how it is laid out, only what is made from
   * it shows.
   */
  readonly checked: boolean;
  readonly tree: Tree;
  /** Definitions and uses of names, worked out at the first call. */
  occurrences(): readonly Occurrence[];
  /** The model that rules and features read, made at the first call. */
  file(): Dockerfile;
  range(span: Span): Range;
}

/**
 * Parses a document. Never throws, and takes time linear in the text.
 * @param before the tree of an earlier version, of which as much as stands is taken over
 */
export function parseDocument(document: TextDocument, before?: Tree): Parsed {
  const text = document.getText();
  const extent = extentOf(text);
  const tree = parse(extent === 'normal' ? text : '', before);
  let occurrences: readonly Occurrence[] | undefined;
  let file: Dockerfile | undefined;
  const fileOf = () => (file ??= createDockerfile(tree));
  return {
    document,
    extent,
    checked: extent === 'normal' && !isTemplateName(document.uri),
    tree,
    occurrences: () =>
      (occurrences ??= occurrencesOf(tree, {
        isForeign: (one) => !fileOf().shellProgram(one).posix,
        baseOf: (stage) => baseIndex(fileOf(), stage),
      })),
    file: fileOf,
    range: ({ start, end }) => ({
      start: document.positionAt(start),
      end: document.positionAt(end),
    }),
  };
}

/** Index of the stage that a stage starts from, as people mean it: `FROM B` is the stage `b`, though BuildKit refuses that. */
export const baseIndex = (file: Dockerfile, stage: Stage): number =>
  file.baseOf(stage)?.index ?? stage.base;

function extentOf(text: string): Extent {
  if (text.length > LARGEST) return 'too-large';
  return text.includes('\0') ? 'binary' : 'normal';
}

/** So many versions are parsed with what the one before gave: what is taken over keeps the text that it was read from. */
const VERSIONS = 50;

/** Keeps the latest parse of each document, by URI and version. */
export function createParseCache(): {
  get(document: TextDocument): Parsed;
  drop(uri: string): void;
} {
  const entries = new Map<string, Parsed & { version: number; taken: number }>();
  return {
    get(document) {
      const known = entries.get(document.uri);
      if (known && known.document === document && known.version === document.version) return known;
      const taken = ((known?.taken ?? VERSIONS) + 1) % (VERSIONS + 1);
      const parsed = {
        ...parseDocument(document, taken > 0 ? known?.tree : undefined),
        version: document.version,
        taken,
      };
      entries.set(document.uri, parsed);
      return parsed;
    },
    drop: (uri) => void entries.delete(uri),
  };
}
