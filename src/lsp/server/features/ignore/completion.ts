import type { CompletionItem, Position } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { parseDockerignore } from '../../../../util/dockerignore.ts';
import { SUGGEST } from '../../../../util/imageRequest.ts';
import type { BuildContext } from '../../rules/rule.ts';
import { COMMON } from './common.ts';

/** Paths of the context below what is typed, and at the start of a line the patterns that fit what is in it. */
export async function ignoreCompletion(
  document: TextDocument,
  position: Position,
  context: BuildContext,
): Promise<CompletionItem[]> {
  const start = { line: position.line, character: 0 };
  const typed = document.getText({ start, end: position });
  if (typed.startsWith('#')) return [];
  const [lead = ''] = /^\s*!?\s*(?:\.?\/)?/.exec(typed) ?? [];
  const word = typed.slice(lead.length);
  const slash = word.lastIndexOf('/') + 1;
  const directory = word.slice(0, slash);
  const range = {
    start: { line: position.line, character: lead.length },
    end: position,
  };
  const items = new Map<string, CompletionItem>();
  const exception = lead.includes('!');
  // What a pattern leaves out, an exception may take back, or part of it.
  const known = new Set(
    parseDockerignore(document.getText())
      .patterns.filter((one) => one.line !== position.line && one.exception === exception)
      .map(({ pattern }) => pattern),
  );
  const add = (label: string, kind: CompletionItemKind, sort: string, detail?: string) => {
    if (items.has(label) || known.has(label.replace(/\/$/, ''))) return;
    items.set(label, {
      label,
      kind,
      filterText: label,
      sortText: `${sort}${label}`,
      textEdit: { range, newText: label },
      ...(detail === undefined ? {} : { detail }),
      ...(label.endsWith('/') ? { command: { title: 'Suggest', command: SUGGEST } } : {}),
    });
  };
  if (!/[*?[]/.test(directory)) {
    for (const { name, kind } of await context.list(directory || '.')) {
      const path = escaped(directory + name);
      if (kind === 'directory') add(`${path}/`, CompletionItemKind.Folder, '1');
      else add(path, CompletionItemKind.File, '1');
    }
  }
  if (directory === '' && !exception) {
    for (const { pattern, when, detail } of COMMON) {
      const there = await Promise.all(when.map((path) => context.glob(path, 1)));
      if (there.some((found) => found.length > 0))
        add(pattern, CompletionItemKind.Snippet, '0', detail);
    }
  }
  return [...items.values()];
}

/** A path as a pattern that means just it. */
function escaped(path: string): string {
  return process.platform === 'win32' ? path : path.replace(/[*?[\\]/g, '\\$&');
}
