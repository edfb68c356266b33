import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Instruction } from '../../parser/tree.ts';
import { toSpan } from '../../parser/tree.ts';
import { unquote } from '../../parser/words.ts';
import { hasFlag } from '../../shell/command.ts';
import { WINDOWS_USER } from '../../data/users.ts';
import { createdUser } from '../createdUser.ts';
import type { Finding, Fix, Rule } from '../rule.ts';
import { argumentSpan, argumentText, dropQuotes } from './words.ts';

export const DL3066: Rule = {
  id: 'DL3066',
  severity: 'info',
  title: 'USER is a name instead of a number',
  why: 'Names are looked up in the image’s `/etc/passwd`, which the host doesn’t see. Kubernetes can’t tell that a named user isn’t root (`runAsNonRoot`) and refuses to start it. What counts is the user that the last stage ends with: steps may well run as another one.',
  examples: [
    {
      bad: 'FROM debian:12\nRUN useradd -l -u 1001 app\nUSER app\n',
      good: 'FROM debian:12\nRUN useradd -l -u 1001 app\nUSER 1001\n',
      fixed: true,
    },
    {
      bad: 'FROM nginx:1.27\nUSER root\nRUN rm /etc/nginx/conf.d/default.conf\nUSER nginx\n',
      good: 'FROM nginx:1.27\nUSER root\nRUN rm /etc/nginx/conf.d/default.conf\nUSER 101\n',
    },
  ],
  check(file) {
    const last = file.tree.stages.at(-1);
    const shipped = new Set(last ? file.chain(last).map(({ index }) => index) : [-1]);
    /** Variables that an ARG declares, whatever they hold, and those that an ENV sets to a number. */
    const numeric = new Set<string>();
    const ids = new Map<string, string>();
    let found: Finding | undefined;
    for (const instruction of file.all('ARG', 'ENV', 'RUN', 'USER')) {
      if (instruction.name === 'RUN') collectIds(file, instruction, ids);
      else if (instruction.name !== 'USER') {
        for (const { key, value } of file.pairs(instruction))
          if (instruction.name === 'ARG' || /^\d+$/.test(unquote(value?.text ?? '')))
            numeric.add(key.text);
      } else if (!instruction.parent && shipped.has(instruction.stage))
        found = findingOf(instruction, numeric, ids);
    }
    return found ? [found] : [];
  },
};

/** What is found in a USER that isn't a number as far as the file says. */
function findingOf(
  instruction: Instruction,
  numeric: ReadonlySet<string>,
  ids: ReadonlyMap<string, string>,
): Finding | undefined {
  const text = dropQuotes(argumentText(instruction));
  const [user = ''] = text.split(':', 1);
  if (/^\d*$/.test(user) || variables(text).some((name) => numeric.has(name))) return undefined;
  if (WINDOWS_USER.test(user)) return undefined;
  const id = user === 'root' ? '0' : ids.get(user);
  return {
    span: argumentSpan(instruction),
    message:
      id === undefined
        ? `Only the image knows which number ${user} has: write the number.`
        : `The host doesn’t know that ${user} is ${id}: write the number.`,
    fixes: id === undefined ? [] : fixes(instruction, user, id),
  };
}

function variables(text: string): string[] {
  return [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '');
}

/** The numbers that useradd and adduser give to names. */
function collectIds(file: Dockerfile, run: Instruction, ids: Map<string, string>): void {
  if (!/user/.test(argumentText(run)) && run.heredocs.length === 0) return;
  for (const command of file.shell(run)?.commands ?? []) {
    const name = createdUser(command);
    if (name === undefined || !hasFlag(command, 'u', 'uid')) continue;
    const values = command.args.map(({ value }) => value);
    const at = values.findIndex((value) => /^(?:-[A-Za-z]*u|--uid)$/.test(value));
    const id =
      at < 0 ? values.find((value) => value.startsWith('--uid='))?.slice(6) : values[at + 1];
    if (id && /^\d+$/.test(id)) ids.set(name, id);
  }
}

function fixes(instruction: Instruction, user: string, id: string): Fix[] {
  const at = argumentText(instruction).indexOf(user);
  if (at < 0) return [];
  const { args, logical } = instruction;
  const span = toSpan(logical, args.from + at, args.from + at + user.length);
  return [{ title: `Change to ${id}`, edits: [{ span, text: id }] }];
}
