import { INSTRUCTIONS } from '../data/instructions.ts';
import { parseImage } from '../data/images.ts';
import type { Instruction, Tree } from '../parser/tree.ts';
import { toSpan } from '../parser/tree.ts';
import { argumentWords, unquote } from '../parser/words.ts';
import type { Problem } from './problem.ts';
import { nearest, replace } from './problem.ts';

const KEYWORDS = Object.keys(INSTRUCTIONS);

/** What is wrong with the shape of the file: keywords, order, heredocs, blank lines, stages, directives. Linear. */
export function structureProblems(tree: Tree): Problem[] {
  return [
    ...directiveProblems(tree),
    ...sourceProblems(tree),
    ...tree.instructions.flatMap((instruction) => [
      ...keywordProblems(instruction),
      ...heredocProblems(instruction),
      ...blankLineProblems(instruction),
    ]),
    ...casingProblems(tree),
    ...stageProblems(tree),
    ...imageProblems(tree),
    ...workdirProblems(tree),
  ];
}

function directiveProblems({ directives, comments, source, instructions }: Tree): Problem[] {
  const found: Problem[] = [];
  for (const { name, value, valueSpan } of directives) {
    if (name !== 'escape' || value === '\\' || value === '`') continue;
    const fixes = ['\\', '`'].map((char) => replace(`Use ${char}`, valueSpan, char));
    found.push({
      code: 'InvalidEscape',
      group: 'syntax',
      span: valueSpan,
      message: 'The escape character is either \\ or `.',
      fixes,
    });
  }
  // The parser takes a repeated directive for the first comment after the directives.
  const next = comments[0];
  const repeated =
    next && next.start < (instructions[0]?.start ?? Infinity)
      ? /^#[ \t]*(\w+)[ \t]*=/.exec(source.slice(next.start, next.start + 80))
      : null;
  const name = repeated?.[1]?.toLowerCase();
  const last = directives.at(-1);
  if (
    next &&
    last &&
    name &&
    directives.some((other) => other.name === name) &&
    source.slice(last.end, next.start).trim() === ''
  ) {
    found.push({
      code: 'DuplicateDirective',
      group: 'syntax',
      span: next,
      message: `Only one ${name} directive can be used.`,
    });
  }
  return found;
}

function sourceProblems({ instructions, source }: Tree): Problem[] {
  const message = 'A Dockerfile begins with FROM; only ARG may come before it.';
  const first = instructions.find(({ name }) => name !== 'ARG');
  if (!first)
    return source.trim() === '' && source !== ''
      ? []
      : [
          {
            code: 'NoSourceImage',
            group: 'syntax',
            span: { start: 0, end: 0 },
            message: 'No FROM: this file builds nothing.',
          },
        ];
  return first.name === 'FROM'
    ? []
    : [{ code: 'NoSourceImage', group: 'syntax', span: first.keyword, message }];
}

function keywordProblems({ keyword, name }: Instruction): Problem[] {
  if (name in INSTRUCTIONS) return [];
  const guess = nearest(name, KEYWORDS);
  const word = keyword.text.length > 60 ? `${keyword.text.slice(0, 60)}…` : keyword.text;
  const fixes = guess ? [replace(`Change to ${guess}`, keyword, guess)] : [];
  const hint = guess ? ` Did you mean ${guess}?` : '';
  return [
    {
      code: 'UnknownInstruction',
      group: 'syntax',
      span: keyword,
      message: `Unknown instruction: ${word}.${hint}`,
      fixes,
    },
  ];
}

function heredocProblems({ heredocs }: Instruction): Problem[] {
  return heredocs.flatMap(({ terminator, operator, name }) =>
    terminator
      ? []
      : [
          {
            code: 'UnterminatedHeredoc',
            group: 'syntax' as const,
            span: operator,
            message: `The heredoc never ends: no line is just ${name === '' ? 'empty' : name}.`,
          },
        ],
  );
}

function blankLineProblems({ blanks }: Instruction): Problem[] {
  const runs: { start: number; end: number }[] = [];
  for (const { start, end } of blanks) {
    const last = runs.at(-1);
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  const message = 'Empty line inside a continued instruction.';
  return runs.map((span) => ({
    code: 'NoEmptyContinuation',
    group: 'style',
    span,
    message,
    fixes: [replace('Remove the empty line', span, '')],
  }));
}

/** Keywords should be of one case, the majority's; at a tie upper case. */
function casingProblems({ instructions }: Tree): Problem[] {
  const known = instructions.filter(({ name }) => name in INSTRUCTIONS);
  const lower = known.filter(({ keyword }) => keyword.text === keyword.text.toLowerCase()).length;
  const upper = known.filter(({ keyword, name }) => keyword.text === name).length;
  const toLower = lower > upper;
  return known.flatMap(({ keyword, name }) => {
    const wanted = toLower ? name.toLowerCase() : name;
    if (keyword.text === wanted) return [];
    const message = `Write ${wanted}, in the case that the rest of the file uses.`;
    return [
      {
        code: 'ConsistentInstructionCasing',
        group: 'style' as const,
        span: keyword,
        message,
        fixes: [replace(`Change to ${wanted}`, keyword, wanted)],
      },
    ];
  });
}

function stageProblems({ stages }: Tree): Problem[] {
  const seen = new Set<string>();
  return stages.flatMap(({ name }): Problem[] => {
    if (!name) return [];
    const key = name.text.toLowerCase();
    if (!/^[a-z][a-z0-9._-]*$/.test(key)) {
      return [
        {
          code: 'InvalidStageName',
          group: 'syntax',
          span: name,
          message: 'A stage name begins with a letter and holds letters, digits, . _ and -.',
        },
      ];
    }
    if (seen.has(key))
      return [
        {
          code: 'DuplicateStageName',
          group: 'suspicious',
          span: name,
          message: `An earlier stage is called ${name.text} too.`,
        },
      ];
    seen.add(key);
    return [];
  });
}

/** Images whose name can't be one. What holds a variable or an escape is for the builder to tell. */
function imageProblems({ stages, escape }: Tree): Problem[] {
  return stages.flatMap(({ image, base }): Problem[] => {
    if (!image || base >= 0 || image.text.includes('$') || image.text.includes(escape)) return [];
    const name = unquote(image.text);
    if (parseImage(name)) return [];
    const lower = parseImage(name.toLowerCase());
    const message = lower
      ? 'The name of an image is lower case.'
      : 'This is not the name of an image.';
    const fixes = lower
      ? [replace(`Change to ${name.toLowerCase()}`, image, name.toLowerCase())]
      : [];
    return [{ code: 'InvalidImage', group: 'syntax', span: image, message, fixes }];
  });
}

/** A relative WORKDIR hangs on the base image's, unless an absolute one comes before it in the stage or its bases. */
function workdirProblems(tree: Tree): Problem[] {
  const absolute: boolean[] = [];
  return tree.stages.flatMap(({ base, instructions }) => {
    let known = base >= 0 && (absolute[base] ?? false);
    const found: Problem[] = [];
    for (const instruction of instructions) {
      if (instruction.name !== 'WORKDIR') continue;
      const path = argumentWords(instruction, tree.escape)[0]?.text.replace(/^["']/, '');
      if (!path) continue;
      if (/^(?:\/|\\|\$|[A-Za-z]:)/.test(path)) known = true;
      else if (!known) {
        const span = toSpan(instruction.logical, instruction.args.from, instruction.args.to);
        found.push({
          code: 'WorkdirRelativePath',
          group: 'suspicious',
          span,
          message: 'This path is relative to whatever working directory the base image has.',
        });
      }
    }
    absolute.push(known);
    return found;
  });
}
