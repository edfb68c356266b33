import { code } from '../../../../util/format.ts';
import {
  BUILDER_ARGS,
  EVERY_IMAGE,
  EVERY_SHELL,
  PLATFORM_ARGS,
  PROXY_ARGS,
} from '../../data/predefined.ts';
import type { Parsed } from '../../documents.ts';
import { instructionAt } from '../../parser/tree.ts';
import type { Definition } from '../../model/scopes.ts';
import type { Occurrence } from '../../parser/occurrences.ts';
import { secretVariables } from '../../parser/secrets.ts';
import type { Instruction } from '../../parser/tree.ts';
import { COMMANDS } from '../../parser/variables.ts';
import { definitionAt } from '../definitionAt.ts';
import { block, paragraphs, points } from './markdown.ts';

const MOST_LINES = 12;

/** What a variable has at the place of `at`, where that comes from, and what it is given through the stages. */
export function variableText(parsed: Parsed, at: Occurrence): string | undefined {
  const instruction = instructionAt(parsed.tree, at.span.start);
  if (!instruction) return undefined;
  if (at.secret) return secretText(at, instruction);
  const doc = PLATFORM_ARGS[at.name] ?? BUILDER_ARGS[at.name];
  if (at.name.startsWith('BUILDKIT_') && doc !== undefined)
    return paragraphs(doc, 'It is for the builder: no command sees it.', history(parsed, at));
  const found = definitionAt(parsed, instruction, at);
  const value = found?.value;
  return paragraphs(
    value === undefined
      ? `${code(at.name)} has no value here${found?.declared ? ' unless the build gives it one' : ''}.`
      : block(`${at.name}=${value}`),
    found && originText(parsed, found),
    doc,
    history(parsed, at),
  );
}

/** A variable that a RUN is given a secret in, and nothing else of the build. */
function secretText({ name, group }: Occurrence, outer: Instruction): string {
  const variable = group.slice(group.lastIndexOf(' ') + 1);
  const id = secretVariables(outer.trigger ?? outer).findLast(
    (one) => one.name.text === variable,
  )?.id;
  const secret = id === undefined ? 'a secret' : `the secret ${code(id)}`;
  return `${code(name)} holds ${secret} in this RUN only; it isn’t kept in the image. The build gives it with \`--secret\`.`;
}

/** A variable that nothing in the file defines: one that the builder knows by itself. */
export function predefinedText(name: string, instruction: Instruction): string | undefined {
  const platform = PLATFORM_ARGS[name];
  if (platform !== undefined) {
    const inFrom = instruction.name === 'FROM' || instruction.stage < 0;
    return paragraphs(
      platform,
      !inFrom && `A stage sees it after ${code(`ARG ${name}`)}, which isn’t here.`,
    );
  }
  if (PROXY_ARGS.includes(name))
    return 'A proxy given to the build. It needs no ARG, and isn’t kept in the image.';
  const isCommand = COMMANDS.has((instruction.trigger ?? instruction).name);
  return EVERY_IMAGE[name] ?? (isCommand ? EVERY_SHELL[name] : undefined);
}

function originText(parsed: Parsed, definition: Definition): string {
  const { instruction, declared, span } = definition;
  // `ARG NAME` in a stage passes on what the builder sets.
  const isBuilders =
    definition.origin === 'arg' &&
    span !== undefined &&
    parsed.tree.source[span.end] !== '=' &&
    parsed.file().scopes().global.get(definition.name)?.origin === 'platform';
  const origin = isBuilders ? 'platform' : definition.origin;
  const line = instruction ? parsed.document.positionAt(instruction.start).line + 1 : undefined;
  const of = instruction?.parent ? 'of ONBUILD in' : 'of';
  const set = declared ? ' The build can set it with `--build-arg`.' : '';
  switch (origin) {
    case 'platform':
      return 'Set by the builder, here for building on and for linux/amd64.';
    case 'base':
      return 'Usual value of the base image.';
    case 'global':
      return `ARG before the first FROM, line ${line}.${set}`;
    case 'arg':
      return `ARG ${of} ${stageName(parsed, instruction)}, line ${line}; it isn’t kept in the image.${set}`;
    case 'env':
      return `ENV ${of} ${stageName(parsed, instruction)}, line ${line}; kept in the image.`;
  }
}

function stageName({ tree }: Parsed, instruction: Instruction | undefined): string {
  const stage = instruction && tree.stages[instruction.stage];
  if (!stage) return 'the file';
  return stage.name ? `stage ${code(stage.name.text)}` : `stage ${stage.index}`;
}

/** Each place that defines it, when there are several. */
function history(parsed: Parsed, at: Occurrence): string | undefined {
  const writes = parsed.occurrences().filter(({ group, write }) => write && group === at.group);
  if (writes.length < 2) return undefined;
  const lines = writes.slice(0, MOST_LINES).map(({ span, value }) => {
    const instruction = instructionAt(parsed.tree, span.start);
    const line = parsed.document.positionAt(span.start).line + 1;
    const given = value === undefined ? at.name : `${at.name}=${value}`;
    const names = [instruction?.name, instruction?.trigger?.name, given].filter(Boolean);
    return `line ${line}, ${stageName(parsed, instruction)}: ${code(names.join(' ').slice(0, 200))}`;
  });
  const more = writes.length - lines.length;
  return paragraphs('Through the stages:', points(more > 0 ? [...lines, `${more} more`] : lines));
}
