import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DocumentLink } from 'vscode-languageserver/node';
import { imageUrl } from '../data/images.ts';
import type { Parsed } from '../documents.ts';
import { mountFields } from '../parser/mounts.ts';
import { fromWords } from '../parser/occurrences.ts';
import type { Instruction, Word } from '../parser/tree.ts';
import { argumentWords, unquote } from '../parser/words.ts';
import type { BuildContext } from '../rules/rule.ts';

/** How many files are looked for on disk. */
const MOST_FILES = 300;

/**
 * Links from images to the pages of their registries, from ADD's addresses, and from sources of COPY, ADD and bind
 * mounts to the files of the build context.
 */
export async function documentLinks(
  parsed: Parsed,
  contextOf: (uri: string) => Promise<BuildContext | undefined>,
): Promise<DocumentLink[]> {
  const links = [...imageLinks(parsed), ...addressLinks(parsed)];
  const sources = sourceWords(parsed).slice(0, MOST_FILES);
  const context = sources.length > 0 ? await contextOf(parsed.document.uri) : undefined;
  if (!context) return links;
  const files = await Promise.all(
    sources.map(async (word): Promise<DocumentLink[]> => {
      const path = unquote(word.text).replace(/^(?:\.?\/)+/, '');
      if ((await context.kind(path)) !== 'file') return [];
      const target = pathToFileURL(join(context.root, path)).href;
      return [{ range: parsed.range(word), target }];
    }),
  );
  return [...links, ...files.flat()];
}

function imageLinks(parsed: Parsed): DocumentLink[] {
  const { tree } = parsed;
  const link = (span: { start: number; end: number }, reference: string): DocumentLink[] => {
    const target = imageUrl(reference);
    return target ? [{ range: parsed.range(span), target }] : [];
  };
  const file = parsed.file();
  const bases = tree.stages.flatMap((stage) => {
    const { image } = stage;
    if (!image || stage.base >= 0 || file.baseOf(stage)) return [];
    const resolved = file.scopes().from(stage).image;
    return link(image, resolved && !resolved.error ? resolved.value : image.text);
  });
  const names = new Set(tree.stages.flatMap(({ name }) => name?.text.toLowerCase() ?? []));
  const sources = tree.instructions
    .flatMap(fromWords)
    .filter(({ text }) => !names.has(text.toLowerCase()) && !/^\d+$/.test(text))
    .flatMap((word) => link(word, word.text));
  const frontends = tree.directives
    .filter(({ name }) => name === 'syntax')
    .flatMap(({ value, valueSpan }) => link(valueSpan, value));
  return [...bases, ...sources, ...frontends];
}

function addressLinks(parsed: Parsed): DocumentLink[] {
  const file = parsed.file();
  return file.all('ADD').flatMap((instruction) =>
    argumentWords(instruction, parsed.tree.escape)
      .slice(0, -1)
      .flatMap((word) => {
        const text = unquote(word.text);
        if (!/^https?:\/\//i.test(text)) return [];
        const { value, error } = file.expand(instruction, word);
        const target = error ? text : unquote(value);
        return URL.canParse(target) ? [{ range: parsed.range(word), target }] : [];
      }),
  );
}

/** The paths of the build context that the file names as they are. */
function sourceWords({ tree }: Parsed): Word[] {
  return tree.instructions.flatMap((outer) => {
    const instruction = outer.trigger ?? outer;
    return [...copied(instruction, tree.escape), ...mounted(instruction)].filter(
      ({ text }) => !/[$*?[\]]|^[a-z]+:\/\/|^<<|^"?git@/i.test(text),
    );
  });
}

function copied(instruction: Instruction, escape: string): Word[] {
  const { name, flags, heredocs } = instruction;
  if ((name !== 'COPY' && name !== 'ADD') || heredocs.length > 0) return [];
  if (flags.some((flag) => flag.name === 'from')) return [];
  return argumentWords(instruction, escape).slice(0, -1);
}

function mounted(instruction: Instruction): Word[] {
  return instruction.flags
    .filter(({ name }) => name === 'mount')
    .flatMap((flag) => {
      const fields = new Map(
        mountFields(flag, instruction).map(({ key, value }) => [key.text, value]),
      );
      const source = fields.get('source') ?? fields.get('src');
      const isBind = (fields.get('type')?.text ?? 'bind') === 'bind';
      return isBind && source && !fields.has('from') ? [source] : [];
    });
}
