import { CompletionItemKind as Kind } from 'vscode-languageserver/node';
import { CACHES, DIRECTORIES } from '../../data/caches.ts';
import type { Parsed } from '../../documents.ts';
import { baseImage } from '../../model/baseImage.ts';
import type { Instruction } from '../../parser/tree.ts';
import { argumentWords, unquote } from '../../parser/words.ts';
import type { Offer } from './items.ts';
import { chainAt } from './stages.ts';

/**
 * Paths of the image that the file has named so far: working directories, destinations, volumes and mounts of the stage
 * and those it starts from, nearest first; then usual ones.
 */
export function destinationOffers(parsed: Parsed, instruction: Instruction): Offer[] {
  return [
    ...named(parsed, instruction.stage, instruction.start),
    ...DIRECTORIES.map((label) => ({ label, kind: Kind.Folder })),
  ];
}

/** Paths that a stage, by name or number, has named by its end; nothing for an image. `before` is the stage that asks. */
export function destinationsOf(parsed: Parsed, from: string, before: number): Offer[] {
  const { stages } = parsed.tree;
  const name = from.toLowerCase();
  const index = /^\d{1,6}$/.test(name)
    ? Number(name)
    : stages.findIndex((stage) => stage.name?.text.toLowerCase() === name);
  return index < before ? named(parsed, index, Infinity) : [];
}

function named(parsed: Parsed, index: number, before: number): Offer[] {
  const found = new Map<string, string>();
  for (const stage of chainAt(parsed, index)) {
    for (const other of stage.instructions.toReversed()) {
      if (other.start >= before) continue;
      for (const path of namedBy(other, parsed.tree.escape))
        if (/^(?:[/\\]|[A-Za-z]:)./.test(path) && !found.has(path)) found.set(path, other.name);
    }
  }
  return [...found].map(([label, detail]) => ({ label, detail, kind: Kind.Folder }));
}

function namedBy(instruction: Instruction, escape: string): string[] {
  const paths = () => argumentWords(instruction, escape).map(({ text }) => unquote(text));
  switch (instruction.name) {
    case 'WORKDIR':
      return paths().slice(0, 1);
    case 'COPY':
    case 'ADD':
      return paths().slice(1).slice(-1);
    case 'VOLUME':
      return paths();
    default:
      return [];
  }
}

/** Where a mount of this type goes: for caches, the directories of the tools that keep one. */
export function mountTargetOffers(parsed: Parsed, instruction: Instruction, type: string): Offer[] {
  const others = destinationOffers(parsed, instruction);
  if (type === 'cache') return [...cacheOffers(parsed, instruction), ...others];
  if (type === 'secret') return [{ label: '/run/secrets/', kind: Kind.Folder }, ...others];
  return others;
}

/** The caches of tools: first of those that the command runs, then of those that the base image is made for. */
function cacheOffers(parsed: Parsed, instruction: Instruction): Offer[] {
  const { args, logical, heredocs, parent } = instruction;
  const { source, stages } = parsed.tree;
  const scripts = (parent?.heredocs ?? heredocs).map(({ body }) => body);
  const command = [
    logical.text.slice(args.from, args.to),
    ...scripts.map(({ start, end }) => source.slice(start, end)),
  ].join('\n');
  const stage = stages[instruction.stage];
  const image = (stage && baseImage(parsed.file(), stage)?.reference) ?? '';
  const [name = ''] = image.split(/:(?!.*\/)|@/, 1);
  const fit = ({ tools, images }: (typeof CACHES)[string]) =>
    tools.test(command) ? 3 : images.test(name) ? 2 : images.test(image) ? 1 : 0;
  return Object.entries(CACHES)
    .map(([label, facts]) => ({ label, detail: facts.doc, kind: Kind.Folder, fit: fit(facts) }))
    .sort((a, b) => b.fit - a.fit);
}
