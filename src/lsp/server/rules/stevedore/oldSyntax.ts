import { FLAGS } from '../../data/flags.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { secretVariables } from '../../parser/secrets.ts';
import { askedVersion, HEREDOCS } from '../../parser/syntax.ts';
import type { Span } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { replace } from '../edits.ts';
import { flagged } from '../errors/support/flags.ts';
import { isShift } from '../errors/support/heredocs.ts';
import { built, readFlag } from '../errors/support/steps.ts';

/**
 * What a file uses that the frontend it asks for doesn't have yet. The one that comes with the builder takes it, and reads the
 * file where `BUILDKIT_SYNTAX` names another.
 */
export const oldSyntax: Rule = {
  id: 'stevedore/old-syntax',
  severity: 'warning',
  title: 'The syntax that a file asks for has all that it uses',
  why: '`# syntax=docker/dockerfile:1.7` has that version read the file, however new the builder is, and a flag that came later is an unknown one for it. `docker/dockerfile:1` is the newest there is. Versions with `-labs` have some things earlier; of these nothing is said.',
  examples: [
    {
      bad: '# syntax=docker/dockerfile:1.7\nFROM alpine:3\nCOPY --parents src/*.c /src/\n',
      good: '# syntax=docker/dockerfile:1\nFROM alpine:3\nCOPY --parents src/*.c /src/\n',
      fixed: true,
    },
    {
      bad: '# syntax=docker/dockerfile:1.3\nFROM alpine:3\nRUN <<EOF\napk add git\nEOF\n',
      good: '# syntax=docker/dockerfile:1.4\nFROM alpine:3\nRUN <<EOF\napk add git\nEOF\n',
    },
  ],
  check(file) {
    const directive = file.tree.directives.find(({ name }) => name === 'syntax');
    const asked = askedVersion(file.tree.directives);
    if (!directive || asked === undefined) return [];
    // What is pinned by a digest would no longer be.
    const fixes = directive.value.includes('@')
      ? []
      : [replace('Ask for the newest syntax', directive.valueSpan, 'docker/dockerfile:1')];
    return uses(file)
      .filter(({ since }) => since > asked)
      .map(({ what, since, span }) => ({
        span,
        message: `${what} since version 1.${since} of the syntax, and this file asks for 1.${asked}.`,
        fixes,
      }));
  },
};

/** The second number of the first version that has secrets in variables. */
const SECRET_VARIABLES = 10;

interface Use {
  readonly what: string;
  readonly since: number;
  readonly span: Span;
}

function uses(file: Dockerfile): Use[] {
  const flags = file.once(flagged).flatMap((instruction) =>
    instruction.flags.flatMap((flag): Use[] => {
      const { name } = readFlag(flag);
      const since = FLAGS[instruction.name]?.[name]?.since;
      const what = `${instruction.name} has --${name}`;
      return since === undefined ? [] : [{ what, since, span: flag.nameSpan }];
    }),
  );
  const heredocs = file.tree.instructions
    .flatMap((instruction) => instruction.heredocs)
    // A version without heredocs leaves a shift of the shell as it is.
    .filter(({ name }) => !isShift(name))
    .map(({ operator }): Use => ({
      what: 'There are heredocs',
      since: HEREDOCS,
      span: operator,
    }));
  const secrets = built(file, 'RUN').flatMap((run) =>
    secretVariables(run).map(({ name }): Use => ({
      what: 'A mount of a secret has env',
      since: SECRET_VARIABLES,
      span: name,
    })),
  );
  return [...flags, ...heredocs, ...secrets];
}
