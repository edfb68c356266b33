import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Stage } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Finding, Rule } from '../rule.ts';
import { removal } from '../lineAbove.ts';

/** An instruction that changes nothing. CMD, ENTRYPOINT and HEALTHCHECK are BuildKit's MultipleInstructionsDisallowed. */
export const overriddenInstruction: Rule = {
  id: 'stevedore/overridden-instruction',
  severity: 'info',
  title: 'An instruction has no effect because another one undoes or repeats it',
  why: 'Of STOPSIGNAL and of a label the last one in a stage counts; a USER that the next one replaces before anything has run, and a USER, WORKDIR or EXPOSE that says what holds already, do nothing. They mislead whoever reads the file, who takes them for what is in effect.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nSTOPSIGNAL SIGINT\nSTOPSIGNAL SIGQUIT\n',
      good: 'FROM alpine:3.20\nSTOPSIGNAL SIGQUIT\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nUSER 1000\nENV HOME=/home/app\nUSER 1001\nRUN id\n',
      good: 'FROM alpine:3.20\nENV HOME=/home/app\nUSER 1001\nRUN id\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nWORKDIR /app\nRUN true\nWORKDIR /app\n',
      good: 'FROM alpine:3.20\nWORKDIR /app\nRUN true\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nEXPOSE 80\nEXPOSE 80/tcp\n',
      good: 'FROM alpine:3.20\nEXPOSE 80\n',
      fixed: true,
    },
    {
      bad: 'FROM alpine:3.20\nLABEL org.opencontainers.image.title=a\nLABEL org.opencontainers.image.title=b\n',
      good: 'FROM alpine:3.20\nLABEL org.opencontainers.image.title=b\n',
      fixed: true,
    },
  ],
  check: (file) => file.tree.stages.flatMap((stage) => inStage(file, stage)),
};

/** What an instruction may do to another one of its name. */
const FINDERS: readonly (readonly [string, (file: Dockerfile, stage: Stage) => Finding[]])[] = [
  ['EXPOSE', ports],
  ['LABEL', labels],
  ['STOPSIGNAL', signals],
  ['USER', users],
  ['WORKDIR', directories],
];

function inStage(file: Dockerfile, stage: Stage): Finding[] {
  const { instructions } = stage;
  return FINDERS.flatMap(([name, find]) => {
    const first = instructions.findIndex((instruction) => instruction.name === name);
    const last = instructions.findLastIndex((instruction) => instruction.name === name);
    return first < last ? find(file, stage) : NOTHING;
  });
}

const NOTHING: readonly Finding[] = [];

function useless(file: Dockerfile, instruction: Instruction, message: string): Finding {
  const span = { start: instruction.keyword.start, end: instruction.keyword.end };
  const title = `Remove this ${instruction.name}`;
  const edits = removal(file, instruction);
  return { span, message, tag: 'unnecessary', fixes: [{ title, edits, safe: true }] };
}

const text = (file: Dockerfile, instruction: Instruction): string | undefined => {
  const [word, other] = argumentWords(instruction, file.tree.escape);
  // What a build argument decides can't be said here.
  if (!word || other || word.text.includes('$')) return undefined;
  const { value, error } = file.expand(instruction, word);
  return error ? undefined : value;
};

function signals(file: Dockerfile, stage: Stage): Finding[] {
  const all = stage.instructions.filter(({ name }) => name === 'STOPSIGNAL');
  return all
    .slice(0, -1)
    .map((instruction) =>
      useless(file, instruction, 'Another STOPSIGNAL of this stage replaces this one.'),
    );
}

/** What can run, or make files, as the user or in the directory that is set. */
const ACTS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR', 'USER', 'ONBUILD', 'VOLUME']);

function users(file: Dockerfile, stage: Stage): Finding[] {
  const found: Finding[] = [];
  let last: { readonly instruction: Instruction; readonly user: string | undefined } | undefined;
  let acted = false;
  for (const instruction of stage.instructions) {
    if (instruction.name === 'USER') {
      const user = text(file, instruction);
      if (last?.user !== undefined && last.user === user)
        found.push(useless(file, instruction, `The user is "${user.slice(0, 60)}" already.`));
      else {
        if (last && !acted)
          found.push(
            useless(
              file,
              last.instruction,
              'The next USER replaces this one before anything has run.',
            ),
          );
        last = { instruction, user };
        acted = false;
      }
    } else if (ACTS.has(instruction.name)) acted = true;
  }
  return found;
}

function directories(file: Dockerfile, stage: Stage): Finding[] {
  const found: Finding[] = [];
  let current: string | undefined;
  for (const instruction of stage.instructions) {
    if (instruction.name !== 'WORKDIR') continue;
    const path = text(file, instruction)?.replace(/(?<=.)\/+$/, '');
    const absolute = path?.startsWith('/') === true;
    if (absolute && path === current)
      found.push(
        useless(file, instruction, `The working directory is "${path.slice(0, 100)}" already.`),
      );
    current = absolute ? path : undefined;
  }
  return found;
}

function ports(file: Dockerfile, stage: Stage): Finding[] {
  const seen = new Set<string>();
  return stage.instructions.flatMap((instruction) => {
    if (instruction.name !== 'EXPOSE') return [];
    const words = argumentWords(instruction, file.tree.escape).map((word) => {
      const { value, error } = file.expand(instruction, word);
      return error || !/^\d+(?:-\d+)?(?:\/\w+)?$/.test(value)
        ? undefined
        : value.toLowerCase().replace(/\/tcp$/, '');
    });
    const repeated =
      words.length > 0 && words.every((word) => word !== undefined && seen.has(word));
    for (const word of words) if (word !== undefined) seen.add(word);
    return repeated ? [useless(file, instruction, 'This port is exposed already.')] : [];
  });
}

function labels(file: Dockerfile, stage: Stage): Finding[] {
  const later = new Set<string>();
  const found: Finding[] = [];
  for (const instruction of stage.instructions.toReversed()) {
    if (instruction.name !== 'LABEL') continue;
    const keys = file.pairs(instruction).map(({ key }) => key.text);
    if (keys.length > 0 && keys.every((key) => later.has(key) && !key.includes('$')))
      found.push(useless(file, instruction, 'A later LABEL of this stage replaces this one.'));
    for (const key of keys) later.add(key);
  }
  return found;
}
