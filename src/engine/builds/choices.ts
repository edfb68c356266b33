import { readOutline } from '../../util/dockerfileOutline.ts';

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
  };
}
