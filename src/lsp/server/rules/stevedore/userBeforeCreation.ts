import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction, Span, Stage } from '../../parser/tree.ts';
import { argumentWords } from '../../parser/words.ts';
import type { Shell } from '../../shell/shell.ts';
import { createdUser } from '../createdUser.ts';
import type { Finding, Rule } from '../rule.ts';

/** A user who isn't there yet. */
export const userBeforeCreation: Rule = {
  id: 'stevedore/user-before-creation',
  severity: 'warning',
  title: 'A user is named before the RUN that creates it',
  why: 'The builder looks a user up in `/etc/passwd` of the stage as it is at that instruction. `COPY --chown` and `USER` with a name that only a later RUN creates stop the build: `unable to find user`.',
  examples: [
    {
      bad: 'FROM alpine:3.20\nCOPY --chown=app src /app\nRUN adduser -D app\nUSER app\n',
      good: 'FROM alpine:3.20\nRUN adduser -D app\nCOPY --chown=app src /app\nUSER app\n',
    },
    {
      bad: 'FROM debian:12\nUSER app\nRUN useradd --create-home app\n',
      good: 'FROM debian:12\nRUN useradd --create-home app\nUSER app\n',
    },
  ],
  check(file) {
    const created = creations(file);
    if (created.size === 0) return [];
    const told = new Set<string>();
    return file.all('COPY', 'ADD', 'USER').flatMap((instruction): Finding[] => {
      const named = instruction.parent ? undefined : userOf(file, instruction);
      const at = named && created.get(`${instruction.stage} ${named.name}`);
      if (!named || at === undefined || at < instruction.start) return [];
      const stage = file.stageOf(instruction);
      const key = `${instruction.stage} ${named.name}`;
      // The first place is enough to be told, and a stage that this one starts from may have made it.
      if (!stage || told.has(key) || file.baseOf(stage)) return [];
      told.add(key);
      if (isMentioned(file, stage, named.name, instruction.start)) return [];
      const message = `The user "${named.name.slice(0, 60)}" is created only by a RUN below: the builder does not find it here.`;
      return [{ span: named.span, message }];
    });
  },
};

/** Where each stage first creates a user that it cannot have before, by `<stage> <name>`. */
function creations(file: Dockerfile): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { run, shell } of file.shellRuns()) {
    for (const command of shell.commands) {
      const name = createdUser(command);
      if (name === undefined) continue;
      const key = `${run.stage} ${name}`;
      if (!found.has(key) && mustSucceed(command, shell)) found.set(key, run.start);
    }
  }
  return found;
}

/** Whether a command is always run and must not fail: `useradd app || true` is for a user who may be there already. */
function mustSucceed({ start }: Span, shell: Shell): boolean {
  const statement = shell.root().commands.find(({ pos, end }) => {
    const span = shell.span(pos, end);
    return span.start <= start && start < span.end;
  });
  const command = statement?.command;
  return command?.type === 'AndOr'
    ? !command.operators.includes('||')
    : command?.type === 'Command';
}

function userOf(
  file: Dockerfile,
  instruction: Instruction,
): { name: string; span: Span } | undefined {
  const word =
    instruction.name === 'USER'
      ? argumentWords(instruction, file.tree.escape)[0]
      : instruction.flags.find(({ name }) => name === 'chown')?.value;
  const [name = ''] = word?.text.split(':', 1) ?? [];
  if (!word || !/^[a-z_][\w-]*$/i.test(name) || name === 'root') return undefined;
  return { name, span: { start: word.start, end: word.end } };
}

/** Whether something before in the stage names the user: it may create it in its own way. */
function isMentioned(file: Dockerfile, stage: Stage, name: string, before: number): boolean {
  // As `node` has its user `node`.
  if (stage.image?.text.includes(name) === true) return true;
  const first = stage.instructions.find((one) => {
    if (one.start >= before || (one.name !== 'RUN' && one.name !== 'COPY')) return false;
    const written = file.tree.source.slice(one.start, one.end);
    return /passwd/.test(written) || (one.name === 'RUN' && written.indexOf(name) >= 0);
  });
  return first !== undefined;
}
