import { posix } from 'node:path';
import { readOutline } from '../../util/dockerfileOutline.ts';
import type { Outline } from '../../util/dockerfileOutline.ts';
import { fromCsv } from '../buildkit/csv.ts';
import { isTrue } from '../buildkit/files/metadata.ts';

const { basename } = posix;

/** What a Dockerfile lets one choose. */
export interface BuildChoices {
  /** Stages that can be stopped at, in the order of the file. */
  readonly targets: readonly { readonly name: string; readonly description?: string }[];
  readonly args: readonly {
    readonly name: string;
    /** Its default, as it stands there. */
    readonly value?: string;
    readonly description?: string;
  }[];
  /** Those that steps ask for, of all stages. */
  readonly secrets: readonly { readonly id: string; readonly required: boolean }[];
  /** What the builder can build for, its own platform first, where that is known. */
  readonly platforms?: readonly string[];
}

/** What builders set themselves (docs.docker.com/reference/dockerfile, predefined ARGs): nobody is asked for it. */
const PREDEFINED =
  /^(?:BUILD(?:PLATFORM|OS|ARCH|VARIANT|KIT_.*)|TARGET(?:PLATFORM|OS|ARCH|VARIANT|STAGE)|SOURCE_DATE_EPOCH)$/;

/**
 * Reads from a Dockerfile's text what its builder's frontend would tell, where that cannot be asked: stages with names,
 * and ARGs with their defaults and the comments right above them, which begin with the name.
 */
export function choicesOf(text: string): BuildChoices {
  const { stages } = readOutline(text);
  const lines = text.split(/\r?\n/);
  const about = (name: string, line: number) => {
    const [, said] = /^\s*#\s*(\S.*?)\s*$/.exec(lines[line - 2] ?? '') ?? [];
    return said?.toLowerCase().startsWith(`${name.toLowerCase()} `)
      ? said.slice(name.length).trim()
      : undefined;
  };
  const args = new Map<string, BuildChoices['args'][number]>();
  lines.forEach((line, index) => {
    const [, rest] = /^\s*ARG\s+(.+)$/i.exec(line) ?? [];
    for (const [, name = '', value] of rest?.matchAll(
      /(\w+)(?:=("(?:\\.|[^"])*"|'[^']*'|\S*))?/g,
    ) ?? []) {
      // The first one says most: those of stages often repeat the name alone.
      if (PREDEFINED.test(name) || args.has(name)) continue;
      const description = about(name, index + 1);
      args.set(name, {
        name,
        ...(value === undefined ? {} : { value: value.replace(/^(["'])(.*)\1$/, '$2') }),
        ...(description === undefined ? {} : { description }),
      });
    }
  });
  return {
    targets: stages.flatMap(({ name, base, from }) => {
      if (name === undefined) return [];
      const description = about(name, from.lines[0]) ?? base;
      return [{ name, description }];
    }),
    args: [...args.values()],
    secrets: secretsIn(stages),
  };
}

/** The secrets of mounts by their ids, once each; required where one of the mounts requires it. */
function secretsIn(stages: Outline['stages']): BuildChoices['secrets'] {
  const found = new Map<string, boolean>();
  for (const { keyword, text } of stages.flatMap(({ instructions }) => instructions)) {
    if (keyword !== 'RUN') continue;
    for (const [, quoted, plain = ''] of text.matchAll(/--mount=(?:"([^"]*)"|(\S+))/g)) {
      const { type, id, target, dst, destination, required } = fieldsOf(quoted ?? plain);
      const known = id ?? basename(target ?? dst ?? destination ?? '');
      // What a variable stands for is not known yet.
      if (type !== 'secret' || known === '' || known.includes('$')) continue;
      found.set(known, found.get(known) === true || (required !== undefined && isTrue(required)));
    }
  }
  return [...found].map(([id, required]) => ({ id, required }));
}

/** The fields of a mount; of one without a value, that it is so. */
const fieldsOf = (text: string): Partial<Record<string, string>> =>
  Object.fromEntries(
    fromCsv(text).map((field) => {
      const [, name = '', value = 'true'] = /^([^=]*)(?:=(.*))?$/s.exec(field) ?? [];
      return [name.toLowerCase(), value];
    }),
  );
