/** A part of an instruction; `repeats` may stand several times in a row. */
export interface Part {
  readonly name: string;
  readonly doc: string;
  readonly repeats?: true;
}

/** One of the forms that an instruction has, its flags left out. */
export interface Form {
  readonly parts: readonly Part[];
  /** Written as a JSON array. */
  readonly json?: true;
}

const part = (name: string, doc: string): Part => ({ name, doc });
const many = (name: string, doc: string): Part => ({ name, doc, repeats: true });

const source = many('source', 'File, directory or pattern, relative to what is copied from.');
const remote = many('source', 'File, directory, pattern, URL or Git repository.');
const dest = part(
  'dest',
  'Where it goes in the image; a directory, with a slash at its end, for several sources.',
);
const command = part('command', 'What the shell runs.');
const exec = [
  part('"executable"', 'The program, found by PATH; no shell is involved.'),
  many('"parameter"', 'A parameter, as it is.'),
];
const pair = (what: string): Form => ({ parts: [many('key=value', what)] });

/** The forms of each instruction, from the Dockerfile reference. */
export const SIGNATURES: Readonly<Record<string, readonly Form[]>> = {
  ADD: [{ parts: [remote, dest] }, { parts: [remote, dest], json: true }],
  ARG: [
    {
      parts: [
        many('name[=default]', 'Name of the argument, and what it is when the build gives none.'),
      ],
    },
  ],
  CMD: [{ parts: exec, json: true }, { parts: [command] }],
  COPY: [{ parts: [source, dest] }, { parts: [source, dest], json: true }],
  ENTRYPOINT: [{ parts: exec, json: true }, { parts: [command] }],
  ENV: [pair('A variable and its value, in quotes when it holds blanks.')],
  EXPOSE: [{ parts: [many('port[/protocol]', 'Port or range of ports; `tcp`, `udp` or `sctp`.')] }],
  FROM: [
    {
      parts: [
        part('image', 'Image with tag or digest, an earlier stage, or `scratch`.'),
        part('AS', 'Names the stage.'),
        part('name', 'Name of the stage, in lower case.'),
      ],
    },
  ],
  HEALTHCHECK: [
    {
      parts: [
        part('CMD', 'A command follows that fails when the container is unhealthy.'),
        part('command', 'Shell form, or a JSON array.'),
      ],
    },
    { parts: [part('NONE', 'No check, whatever the base image has.')] },
  ],
  LABEL: [pair('A label and its value, in quotes when it holds blanks.')],
  MAINTAINER: [{ parts: [part('name', 'Name of the author.')] }],
  ONBUILD: [
    {
      parts: [part('instruction', 'What a build runs that starts from this image.')],
    },
  ],
  RUN: [{ parts: [command] }, { parts: exec, json: true }],
  SHELL: [{ parts: exec, json: true }],
  STOPSIGNAL: [{ parts: [part('signal', 'Name, such as SIGTERM, or number.')] }],
  USER: [{ parts: [part('user[:group]', 'By name or number.')] }],
  VOLUME: [
    { parts: [many('path', 'A directory that gets a volume of its own.')] },
    { parts: [many('"path"', 'A directory that gets a volume of its own.')], json: true },
  ],
  WORKDIR: [
    { parts: [part('path', 'Absolute, or relative to the WORKDIR before. It is created.')] },
  ],
};
