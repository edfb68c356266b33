import type { CodeLens } from 'vscode-languageserver/node';
import { BUILD, BUILD_AND_RUN } from '../../../util/imageRequest.ts';
import type { Parsed } from '../documents.ts';

/**
 * Commands of the client's above the file and each of its stages: build, run, build this stage. They get the document's
 * URI, with the stage as its fragment.
 * @param has which commands the client has
 */
export function codeLenses(parsed: Parsed, has: (command: string) => boolean): CodeLens[] {
  const { tree, document } = parsed;
  const { uri } = document;
  if (tree.stages.length === 0 || !uri.startsWith('file:')) return [];
  const first = tree.instructions[0]?.keyword;
  const last = tree.stages.length - 1;
  const lens = (at: typeof first, title: string, command: string, fragment = ''): CodeLens[] => {
    if (!at || !has(command)) return [];
    const target = fragment ? `${uri}#${encodeURIComponent(fragment)}` : uri;
    return [{ range: parsed.range(at), command: { title, command, arguments: [target] } }];
  };
  return [
    ...lens(first, 'Build', BUILD),
    ...lens(first, 'Build and Run', BUILD_AND_RUN),
    ...tree.stages.flatMap(({ from, name, index }) =>
      last === 0 ? [] : lens(from.keyword, 'Build This Stage', BUILD, name?.text ?? String(index)),
    ),
  ];
}
