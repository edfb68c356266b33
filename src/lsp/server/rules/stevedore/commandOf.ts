import type { Dockerfile } from '../../model/dockerfile.ts';
import { readJson } from '../../parser/json.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';

/** Where the command of an instruction stands in its logical text: HEALTHCHECK has it behind a word of its own. */
export function commandOf({ name, logical, args }: Instruction): { from: number; to: number } {
  const text = logical.text.slice(args.from, args.to);
  const skipped = name === 'HEALTHCHECK' ? (/^CMD\s+/i.exec(text)?.[0].length ?? 0) : 0;
  return { from: args.from + skipped, to: args.to };
}

/** The strings of an instruction's exec form, with their quotes; none where it is in another form. */
export function execWords(instruction: Instruction, escape: string): Word[] {
  const args = commandOf(instruction);
  const json =
    instruction.json ||
    (instruction.name === 'HEALTHCHECK' &&
      Array.isArray(readJson(instruction.logical.text.slice(args.from, args.to))));
  return json ? argumentWords({ ...instruction, json, args }, escape) : [];
}

/** Programs that run what they are given as it stands, and their flags. */
export const RUNNERS = /(?:^|\/)(?:tini(?:-static)?|dumb-init|catatonit|su-exec|gosu)$|^-/;

/** The ENTRYPOINT that the words of a CMD are given to, of its stage or of one that this starts from. */
export function entrypointFor(file: Dockerfile, instruction: Instruction): Instruction | undefined {
  const own = instruction.name === 'CMD' ? file.stageOf(instruction) : undefined;
  const chain = own ? file.chain(own) : [];
  const entries = chain.map(({ instructions }) =>
    instructions.findLast(({ name }) => name === 'ENTRYPOINT'),
  );
  return entries.find((entry) => entry !== undefined);
}
