import { table } from '../../../util/table.ts';

/** A snippet in LSP syntax, and the label it is offered under. */
export interface Snippet {
  readonly label: string;
  readonly insert: string;
}

interface InstructionFacts {
  readonly doc: string;
  readonly snippets: readonly Snippet[];
  readonly deprecated?: true;
}

const one = (label: string, insert: string): readonly Snippet[] => [{ label, insert }];

/** What the Dockerfile reference says of each instruction, in a sentence or two, and what completion inserts. */
export const INSTRUCTIONS: Readonly<Record<string, InstructionFacts>> = table({
  ADD: {
    doc: 'Copies files, directories, URLs or Git repositories from `source` into the image at `dest`. Local tar archives are unpacked.',
    snippets: one('ADD source dest', 'ADD ${1:source} ${2:dest}'),
  },
  ARG: {
    doc: 'Declares a variable that `--build-arg` can set during the build, with an optional default. It isn’t kept in the image.',
    snippets: [
      { label: 'ARG name', insert: 'ARG ${1:name}' },
      { label: 'ARG name=default', insert: 'ARG ${1:name}=${2:default}' },
    ],
  },
  CMD: {
    doc: 'The default command of a container, or the default arguments of its `ENTRYPOINT`. Only the last one of a stage counts.',
    snippets: one('CMD ["executable"]', 'CMD ["${1:executable}"]'),
  },
  COPY: {
    doc: 'Copies files or directories from the build context, or from another stage or image with `--from`, into the image at `dest`.',
    snippets: [
      { label: 'COPY source dest', insert: 'COPY ${1:source} ${2:dest}' },
      {
        label: 'COPY --from=stage source dest',
        insert: 'COPY --from=${1:stage} ${2:source} ${3:dest}',
      },
    ],
  },
  ENTRYPOINT: {
    doc: 'The program that a container runs. What `CMD` or `docker run` give is passed to it as arguments, unless it is in shell form.',
    snippets: one('ENTRYPOINT ["executable"]', 'ENTRYPOINT ["${1:executable}"]'),
  },
  ENV: {
    doc: 'Sets environment variables for the rest of the build and for containers of the image.',
    snippets: one('ENV key=value', 'ENV ${1:key}=${2:value}'),
  },
  EXPOSE: {
    doc: 'Says which ports a container listens on. It publishes none: `docker run -p` does.',
    snippets: one('EXPOSE port', 'EXPOSE ${1:port}'),
  },
  FROM: {
    doc: 'Begins a build stage from a base image, an earlier stage, or nothing (`scratch`).',
    snippets: [
      { label: 'FROM image', insert: 'FROM ${1:image}' },
      { label: 'FROM image AS stage', insert: 'FROM ${1:image} AS ${2:stage}' },
    ],
  },
  HEALTHCHECK: {
    doc: 'How the engine tests whether a container still works, or `NONE` to drop the base image’s check. Only the last one counts.',
    snippets: [
      {
        label: 'HEALTHCHECK --interval=30s --timeout=3s CMD command',
        insert: 'HEALTHCHECK --interval=${1:30s} --timeout=${2:3s} CMD ${3:command}',
      },
      { label: 'HEALTHCHECK NONE', insert: 'HEALTHCHECK NONE' },
    ],
  },
  LABEL: {
    doc: 'Adds metadata to the image, as pairs of key and value.',
    snippets: one('LABEL key="value"', 'LABEL ${1:key}="${2:value}"'),
  },
  MAINTAINER: {
    doc: 'The author of the image. Deprecated: use `LABEL org.opencontainers.image.authors="…"`.',
    snippets: one('MAINTAINER name', 'MAINTAINER ${1:name}'),
    deprecated: true,
  },
  ONBUILD: {
    doc: 'An instruction that runs when another build, or a later stage, starts from this one: right after its `FROM`.',
    snippets: one('ONBUILD instruction', 'ONBUILD $0'),
  },
  RUN: {
    doc: 'Runs a command in a new layer on top of the image so far and keeps the result.',
    snippets: [
      { label: 'RUN command', insert: 'RUN ${1:command}' },
      {
        label: 'RUN --mount=type=cache',
        insert: 'RUN --mount=type=cache,target=${1:/var/cache} ${2:command}',
      },
      { label: 'RUN <<EOF', insert: 'RUN <<EOF\n${1:command}\nEOF' },
    ],
  },
  SHELL: {
    doc: 'The shell that runs the shell form of `RUN`, `CMD` and `ENTRYPOINT`, as a JSON array. The default is `["/bin/sh", "-c"]`, on Windows `["cmd", "/S", "/C"]`.',
    snippets: one('SHELL ["executable", "parameter"]', 'SHELL ["${1:/bin/sh}", "${2:-c}"]'),
  },
  STOPSIGNAL: {
    doc: 'The signal that stops a container, by name or number. The default is `SIGTERM`.',
    snippets: one('STOPSIGNAL signal', 'STOPSIGNAL ${1:SIGTERM}'),
  },
  USER: {
    doc: 'The user, and optionally the group, that later instructions and containers run as.',
    snippets: one('USER name', 'USER ${1:name}'),
  },
  VOLUME: {
    doc: 'Paths that containers keep in volumes of their own, outside the image’s layers.',
    snippets: one('VOLUME ["/data"]', 'VOLUME ["${1:/data}"]'),
  },
  WORKDIR: {
    doc: 'The working directory of later instructions and of containers. It is created when it doesn’t exist.',
    snippets: one('WORKDIR /path', 'WORKDIR ${1:/path}'),
  },
});

/** The parser directives, and the values that completion offers. */
export const DIRECTIVES: Readonly<
  Record<string, { readonly doc: string; readonly values: readonly string[] }>
> = table({
  syntax: {
    doc: 'The image of the Dockerfile frontend that reads this file; the one that the builder has unless given.',
    values: ['docker/dockerfile:1', 'docker/dockerfile:1-labs'],
  },
  escape: {
    doc: 'The character that escapes others and continues lines; `\\` unless given. With the backtick, `\\` separates the folders of a Windows path.',
    values: ['`', '\\'],
  },
  check: {
    doc: 'Which build checks to skip (`skip=Rule,…` or `skip=all`) and whether they fail the build (`error=true`). Since Dockerfile 1.8.',
    values: ['skip=all', 'error=true'],
  },
});
