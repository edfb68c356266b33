import { table } from '../../../util/table.ts';

interface Pragma {
  readonly insert: string;
  readonly doc: string;
  /** Stands above the first instruction only. */
  readonly header?: true;
}

/** Comments that tell a checker something. hadolint's stand anywhere; BuildKit's `check=` above an instruction or the file. */
export const PRAGMAS: Readonly<Record<string, Pragma>> = table({
  'hadolint ignore=': {
    insert: 'hadolint ignore=',
    doc: 'Silences rules for the instruction below. Takes the ids of all rules, with commas between them.',
  },
  'hadolint global ignore=': {
    insert: 'hadolint global ignore=',
    doc: 'Silences rules for the whole file.',
    header: true,
  },
  'hadolint stage ignore=': {
    insert: 'hadolint stage ignore=',
    doc: 'Silences rules for the whole stage that the FROM below begins, within a stage for the rest of it.',
  },
  'hadolint shell=': {
    insert: 'hadolint shell=',
    doc: 'The shell that RUN instructions below are checked for, where the base image has another than /bin/sh.',
  },
  'check=skip=': {
    insert: 'check=skip=',
    doc: 'Silences BuildKit’s checks: for the file in its first lines, else for the instruction below.',
  },
});

export const PRAGMA_SHELLS: readonly string[] = [
  'bash',
  'sh',
  'dash',
  'ash',
  'ksh',
  'pwsh',
  'powershell',
  'cmd',
];

/** The options of the check directive, separated by semicolons. */
export const CHECK_OPTIONS: Readonly<Record<string, string>> = table({
  skip: 'Checks to leave out, with commas between them, or `all`.',
  error: 'Whether a finding fails the build.',
  experimental: 'Checks to turn on that are off by default, or `all`.',
});
