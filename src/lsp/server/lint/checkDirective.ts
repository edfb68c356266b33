import { commentsAbove } from '../model/commentsAbove.ts';
import type { Comment } from '../model/commentsAbove.ts';
import { trimmed } from '../parser/space.ts';
import type { Tree } from '../parser/tree.ts';
import { BUILDKIT_RULES } from '../rules/buildkit/rules.ts';
import { mistakes, optionsOf } from '../rules/errors/invalidCheck.ts';
import type { Rule, Severity } from '../rules/rule.ts';

/** What a `# check=` asks for. */
interface CheckOptions {
  readonly skip: ReadonlySet<string> | 'all';
  readonly experimental: ReadonlySet<string> | 'all';
  readonly error: boolean;
}

/** What the `# check=` comments of a file make of BuildKit's checks. */
export interface Checks {
  /** The level of a rule, of which the configuration says `level`. */
  readonly levelOf: (rule: Rule, level: Severity | undefined) => Severity | undefined;
  /**
   * Whether a rule says nothing of the instruction that begins at `start`: a comment above silences it, or it is an
   * experimental check that only comments above other instructions ask for. `level` is the configuration's.
   */
  readonly silences: (rule: Rule, start: number, level: Severity | undefined) => boolean;
}

const COMMENT = /^#[\t\f\r ]*check[\t\f\r ]*=/i;
/** The same behind its `#`, with a value. */
const VALUE = /^check[\t\f\r ]*=[\t\f\r ]*(.+)$/is;
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const NONE: CheckOptions = { skip: new Set(), experimental: new Set(), error: false };

const FILE_WIDE = new Set(BUILDKIT_RULES.filter(({ fileWide }) => fileWide).map(({ id }) => id));

/** Whether no comment above an instruction silences a rule, for BuildKit heeds only the head of the file. */
export function isFileWide(id: string): boolean {
  return FILE_WIDE.has(id);
}

/** Whether a rule is one of BuildKit's checks, by its name: no other has one without a number or a slash. */
export function isCheck(id: string): boolean {
  return /^[A-Z][A-Za-z]+$/.test(id);
}

/**
 * Reads the value of a `# check=` directive, such as `skip=A,B;error=true;experimental=all`, as BuildKit's linter does
 * (ParseLintOptions). What follows the first space is a remark. Options that BuildKit would refuse count for nothing. Of an
 * option that is given twice the last one counts, but `all` stays.
 */
function parseCheck(value: string): CheckOptions {
  let options = NONE;
  for (const part of optionsOf(value.split(' ', 1)[0] ?? '')) {
    const equals = part.indexOf('=');
    const key = trimmed(part.slice(0, Math.max(0, equals)));
    const text = trimmed(part.slice(equals + 1));
    const names = text === 'all' ? ('all' as const) : new Set(text.split(',').map(trimmed));
    if (key === 'skip' || key === 'experimental')
      options = { ...options, [key]: options[key] === 'all' ? 'all' : names };
    else if (key === 'error') options = { ...options, error: TRUE.has(text) };
  }
  return options;
}

/**
 * Reads the `# check=` comments of a file: the directive at its head, and those above instructions, which add to it. As in
 * BuildKit, skipping doesn't touch experimental checks, and errors are for the whole file.
 */
export function readChecks(tree: Tree): Checks {
  const directive = tree.directives.find(({ name }) => name === 'check');
  const head = directive ? parseCheck(directive.value) : NONE;
  const above = /#\s*check\s*=/i.test(tree.source) ? optionsAbove(tree) : undefined;
  const asks = ({ experimental }: CheckOptions, { id }: Rule) => has(experimental, id);
  const anyAsks = (rule: Rule) =>
    above !== undefined && [...above.values()].some((options) => asks(options, rule));
  return {
    levelOf: (rule, level) => {
      if (!isCheck(rule.id)) return level;
      if (!rule.off && has(head.skip, rule.id)) return undefined;
      const asked = rule.off && (asks(head, rule) || anyAsks(rule)) ? rule.severity : undefined;
      const found = level ?? asked;
      return found !== undefined && head.error ? 'error' : found;
    },
    silences: (rule, start, level) => {
      const { id, off } = rule;
      if (!above || !isCheck(id)) return false;
      const options = above.get(start);
      if (off) return level === undefined && !asks(head, rule) && !(options && asks(options, rule));
      return options !== undefined && !isFileWide(id) && has(options.skip, id);
    },
  };
}

function has(names: CheckOptions['skip'], id: string): boolean {
  return names === 'all' || names.has(id);
}

/** The options in the comments above each instruction, by its start. */
function optionsAbove(tree: Tree): Map<number, CheckOptions> {
  const options = new Map<number, CheckOptions>();
  for (const [start, { text }] of checkComments(tree)) {
    const value = VALUE.exec(text)?.[1] ?? '';
    // Of a comment that can't be read nothing counts.
    if (mistakes(value).length === 0) options.set(start, parseCheck(value));
  }
  return options;
}

/** The `# check=` comment that BuildKit heeds for each instruction, the first of those above it, by the instruction's start. */
export function checkComments(tree: Tree): Map<number, Comment> {
  const above = commentsAbove(tree);
  const found = new Map<number, Comment>();
  for (const instruction of tree.instructions) {
    const comment = above(instruction).find(({ text }) => VALUE.test(text));
    if (comment) found.set(instruction.start, comment);
  }
  return found;
}

/** Whether a comment is one to BuildKit's checks. */
export function isCheckComment(text: string): boolean {
  return COMMENT.test(text);
}
