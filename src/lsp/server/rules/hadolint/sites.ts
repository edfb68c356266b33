import { append } from '../../../../util/multimap.ts';
import { lastWhile } from '../../../../util/search.ts';
import type { Dockerfile, ShellRun } from '../../model/dockerfile.ts';
import { mountFields } from '../../parser/mounts.ts';
import type { Instruction, Span } from '../../parser/tree.ts';
import { unquote } from '../../parser/words.ts';
import type { Shell, ShellCommand } from '../../shell/shell.ts';
import type { Finding, Rule } from '../rule.ts';

/** A RUN with what its shell does, and the file that it is in. */
export interface Site extends ShellRun {
  readonly file: Dockerfile;
}

/** The RUNs that a shell reads, ONBUILD's included. */
export function sites(file: Dockerfile): Site[] {
  return file.shellRuns().map(({ run, shell }) => ({ file, run, shell }));
}

/** The check of a rule that looks at each RUN that a shell reads. */
export function everyRun(find: (site: Site) => readonly Finding[]): Rule['check'] {
  return (file) => file.once(sites).flatMap(find);
}

/** The check of a rule that looks at each RUN with a command of these programs. */
export function everyRunOf(
  programs: readonly string[],
  find: (site: Site) => readonly Finding[],
): Rule['check'] {
  return (file) => {
    const commands = file.commands();
    const runs = new Map<Instruction, Shell>();
    for (const program of programs)
      for (const { run, shell } of commands.get(program) ?? []) runs.set(run, shell);
    return Array.from(runs, ([run, shell]) => find({ file, run, shell })).flat();
  };
}

/** The check of a rule that looks at each command of these programs, or of those whose name `programs` accepts. */
export function everyCommand(
  programs: readonly string[] | ((name: string) => boolean),
  find: (command: ShellCommand, site: Site) => Finding | undefined,
): Rule['check'] {
  return (file) => {
    const commands = file.commands();
    const names =
      typeof programs === 'function' ? Array.from(commands.keys()).filter(programs) : programs;
    return names.flatMap((name) =>
      (commands.get(name) ?? []).flatMap(
        ({ command, run, shell }) => find(command, { file, run, shell }) ?? [],
      ),
    );
  };
}

/** From a command's program to one of its words, if they stand on one line; else the word. */
export function reach(command: ShellCommand, word: Span, { file }: Site): Span {
  const { start } = command.program;
  const text = file.tree.source.slice(start, word.end);
  return text.includes('\n') || word.end < start
    ? { start: word.start, end: word.end }
    : { start, end: word.end };
}

/** The mounts of a RUN: what kind each is, and where it stands. */
function mountsOf({
  run,
}: Pick<Site, 'run'>): { readonly type: string; readonly target: string }[] {
  return run.flags.flatMap((flag) => {
    if (flag.name !== 'mount') return [];
    const fields = mountFields(flag, run);
    const valueOf = (...keys: readonly string[]) =>
      unquote(fields.find(({ key }) => keys.includes(key.text.toLowerCase()))?.value?.text ?? '');
    return [{ type: valueOf('type'), target: valueOf('target', 'dst', 'destination') }];
  });
}

/** Whether a cache or a tmpfs is mounted for a RUN at a path that `fragment` is part of. */
export function isMounted(site: Site, fragment: string): boolean {
  return mountsOf(site).some(
    ({ type, target }) => (type === 'cache' || type === 'tmpfs') && target.includes(fragment),
  );
}

/** Whether a cache or a tmpfs is mounted for a RUN in place of a whole home directory. */
export function isHomeMounted(site: Pick<Site, 'run'>): boolean {
  return mountsOf(site).some(
    ({ type, target }) =>
      (type === 'cache' || type === 'tmpfs') && /^\/(?:root|home\/[^/]+)\/?$/.test(target),
  );
}

/** Whether a cache is mounted for a RUN: what is not to be kept in the image may be kept there on purpose. */
export function hasCache(site: Site): boolean {
  return mountsOf(site).some(({ type }) => type === 'cache');
}

/** Whether files are mounted for a RUN, or a folder that lasts: all but secrets and the agents of ssh. */
export function hasFiles(site: Pick<Site, 'run'>): boolean {
  return mountsOf(site).some(({ type }) => type !== 'secret' && type !== 'ssh');
}

/**
 * Whether an instruction's layer reaches people: that of the last stage, of a stage that another one starts from, of a file
 * without FROM, and what an ONBUILD leaves to images to come.
 */
export function isShipped(file: Dockerfile): (instruction: Instruction) => boolean {
  const last = file.tree.stages.length - 1;
  const bases = file.bases();
  return ({ stage, parent }) =>
    parent !== undefined || stage < 0 || stage === last || bases.has(stage);
}

/**
 * The value that ENV or ARG give a variable before a RUN, empty for an ARG without default; undefined when none does.
 * An ARG before the first FROM counts though no ARG in the stage repeats it, and a text without FROM is one stage. What
 * ONBUILD runs has what ONBUILD set before it, too, and of the rest what the image keeps: no ARG.
 */
export function variable({ file, run }: Site, name: string): string | undefined {
  const known = file.scopeAt(run).get(name) ?? file.scopes().global.get(name);
  const isKept = !run.parent || known?.origin === 'env' || known?.origin === 'base';
  const value = known && isKept ? (known.value ?? '') : undefined;
  if (run.stage >= 0) return (run.parent && unscoped(file, run, name)) ?? value;
  return value ?? unscoped(file, run, name);
}

/** What of ENV and ARG is in no scope: by stage and name, in order of the text. */
type Unscoped = ReadonlyMap<string, { readonly start: number; readonly value: string }[]>;

const keyOf = ({ stage }: Instruction, name: string) => `${stage} ${name}`;

function collectUnscoped(file: Dockerfile): Unscoped {
  const found: Map<string, { start: number; value: string }[]> = new Map();
  for (const instruction of file.all('ARG', 'ENV')) {
    const { stage, parent, start } = instruction;
    if (stage >= 0 && !parent) continue;
    for (const { key, value } of file.pairs(instruction))
      append(found, keyOf(instruction, key.text), { start, value: unquote(value?.text ?? '') });
  }
  return found;
}

function unscoped(file: Dockerfile, run: Instruction, name: string): string | undefined {
  const values = file.once(collectUnscoped).get(keyOf(run, name)) ?? [];
  return lastWhile(values, ({ start }) => start < run.start)?.value;
}
