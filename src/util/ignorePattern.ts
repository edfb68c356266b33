import { classOf, escaped, escapedMark } from './goCharacters.ts';
import type { Test } from './goCharacters.ts';

/**
 * One pattern of a .dockerignore, as moby's patternmatcher reads it: it makes a regular expression of the pattern and
 * gives that to Go, so what Go's syntax makes of odd patterns (`\d`, `[*]`, `a^*`) holds too. Here the expression
 * becomes a row of steps that are run side by side, so that matching takes time in proportion to the path times the
 * pattern, whatever they are.
 */
export interface Matcher {
  /** Whether the pattern matches a path or a directory that it lies in. */
  matches(path: string): boolean;
  /** Whether the pattern matches a path itself, whatever it says of the directories that it lies in. */
  matchesWhole(path: string): boolean;
  /** Whether it could match something in a directory. */
  mayMatchIn(directory: string): boolean;
}

/** A pattern that a path is compared with as it stands, or the regular expression that moby makes of it. */
type Translation =
  | { readonly kind: 'exact' | 'prefix' | 'suffix'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: readonly string[] };

const DIRECTORIES: readonly string[] = ['(', '.', '*', '/', ')', '?'];

/** Makes a matcher of a cleaned pattern. Undefined when Go's regular expressions refuse what it becomes. */
export function compilePattern(pattern: string, escapes: boolean): Matcher | undefined {
  const translation = translate(Array.from(pattern), escapes);
  if (translation.kind !== 'expression') return literal(translation);
  const rows = alternatives(translation.source)?.map((row, index) => stepsOf(row, index === 0));
  if (!rows || rows.includes(undefined)) return undefined;
  const matchers = rows.map((steps = [], index) => {
    // The expression is held to the path's start and end by its first and last alternative only.
    const before = index === 0 ? [] : [ANYTHING];
    return matcherOf([...before, ...steps, ...(index === rows.length - 1 ? [] : [ANYTHING])]);
  });
  const [only] = matchers;
  if (matchers.length === 1) return only;
  return {
    matches: (path) => matchers.some((one) => one.matches(path)),
    matchesWhole: (path) => matchers.some((one) => one.matchesWhole(path)),
    mayMatchIn: (directory) => matchers.some((one) => one.mayMatchIn(directory)),
  };
}

function matcherOf(steps: readonly Step[]): Matcher {
  const needed = neededText(steps);
  return {
    // Most paths lack what most patterns ask for, and that is quick to see.
    matches: (path) => path.includes(needed) && run(steps, path, 'matched'),
    matchesWhole: (path) => path.includes(needed) && run(steps, path, 'whole'),
    mayMatchIn: mayMatchIn(steps),
  };
}

/** The longest text that everything matching holds. */
function neededText(steps: readonly Step[]): string {
  let longest = '';
  let text = '';
  for (const step of steps) {
    const more = step.kind === 'one' ? step.text : undefined;
    text = more === undefined ? '' : text + more;
    if (text.length > longest.length) longest = text;
  }
  return longest;
}

function mayMatchIn(steps: readonly Step[]): Matcher['mayMatchIn'] {
  return (directory) => run(steps, `${directory}/`, 'alive');
}

function literal({ kind, text }: { readonly kind: string; readonly text: string }): Matcher {
  if (kind === 'exact') {
    return {
      matches: (path) => path === text || path.startsWith(`${text}/`),
      matchesWhole: (path) => path === text,
      mayMatchIn: (directory) =>
        text.startsWith(`${directory}/`) || `${directory}/`.startsWith(`${text}/`),
    };
  }
  if (kind === 'prefix') {
    return {
      matches: (path) => path.startsWith(text),
      matchesWhole: (path) => path.startsWith(text),
      mayMatchIn: (directory) => {
        const inside = `${directory}/`;
        return inside.startsWith(text) || text.startsWith(inside);
      },
    };
  }
  const whole = text.startsWith('/') ? text.slice(1) : undefined;
  return {
    matches: (path) =>
      path.endsWith(text) ||
      path.includes(`${text}/`) ||
      (whole !== undefined && (path === whole || path.startsWith(`${whole}/`))),
    matchesWhole: (path) => path.endsWith(text) || path === whole,
    mayMatchIn: () => true,
  };
}

function translate(marks: readonly string[], escapes: boolean): Translation {
  const source: string[] = [];
  let kind: Translation['kind'] = 'exact';
  for (let at = 0, turn = 0; at < marks.length; turn++) {
    const mark = marks[at++] as string;
    if (mark === '*' && marks[at] === '*') {
      at++;
      if (marks[at] === '/') at++;
      if (at < marks.length) {
        source.push(...DIRECTORIES);
        kind = 'expression';
      } else if (kind === 'exact') kind = 'prefix';
      else {
        source.push('.', '*');
        kind = 'expression';
      }
      if (turn === 0) kind = 'suffix';
    } else if (mark === '*' || mark === '?') {
      source.push('[', '^', '/', ']', ...(mark === '*' ? ['*'] : []));
      kind = 'expression';
    } else if (mark === '\\' && escapes && at < marks.length) {
      source.push('\\', marks[at++] as string);
      kind = 'expression';
    } else {
      if (mark === '[' || mark === ']') kind = 'expression';
      // moby means to escape `|`, `{` and `}` too, but its table has no room for them.
      source.push(...('.+()$'.includes(mark) ? ['\\', mark] : [mark]));
    }
  }
  const text = marks.join('');
  if (kind === 'prefix') return { kind, text: text.slice(0, -2) };
  if (kind === 'suffix') return { kind, text: text.slice(2) };
  return kind === 'exact' ? { kind, text } : { kind: 'expression', source };
}

type Step =
  | {
      readonly kind: 'one' | 'maybe' | 'many';
      readonly test: Test;
      /** The one character that passes, where there is but one. */
      readonly text: string | undefined;
    }
  /** Any directories, or none: `**` before something. */
  | { readonly kind: 'directories' }
  /** `^` beyond the start. */
  | { readonly kind: 'start' }
  /** `\b` and `\B`: where a word starts or ends, and where none does. */
  | { readonly kind: 'edge' }
  | { readonly kind: 'noEdge' };

const ANYTHING: Step = { kind: 'many', test: () => true, text: undefined };

/** What stands between the `|` of an expression. Undefined for what Go refuses. */
function alternatives(source: readonly string[]): (readonly string[])[] | undefined {
  const found: (readonly string[])[] = [];
  let from = 0;
  for (let at = 0; at < source.length;) {
    const mark = source[at++];
    if (mark === '\\') at++;
    else if (mark === '[') {
      const inside = classOf(source, at);
      if (!inside) return undefined;
      ({ at } = inside);
    } else if (mark === '|') {
      found.push(source.slice(from, at - 1));
      from = at;
    }
  }
  return [...found, source.slice(from)];
}

/** How often Go repeats something at the most. */
const MOST_TIMES = 1000;
/** Steps of one expression; Go takes more, but no path needs them. */
const MOST_STEPS = 20_000;

/** Reads `{2}`, `{2,}` or `{2,3}`; undefined where a brace is a character like others. */
function timesAt(source: readonly string[], at: number) {
  if (source[at] !== '{') return undefined;
  const [text, least, comma, most] =
    /^\{(\d{1,9})(,(\d{1,9})?)?\}/.exec(source.slice(at, at + 22).join('')) ?? [];
  if (text === undefined) return undefined;
  const from = Number(least);
  const to = most === undefined ? (comma ? Infinity : from) : Number(most);
  return { from, to, at: at + text.length };
}

/**
 * Reads the regular expressions that `translate` makes. Undefined for what Go refuses.
 * @param isFirst whether the expression begins here, whose start can be repeated: that is the same start
 */
function stepsOf(source: readonly string[], isFirst: boolean): Step[] | undefined {
  const steps: Step[] = [];
  let at = (isFirst && timesAt(source, 0)?.at) || 0;
  while (at < source.length) {
    const mark = source[at] as string;
    // There is nothing that it could repeat.
    if (timesAt(source, at)) return undefined;
    if (mark === '(') {
      steps.push({ kind: 'directories' });
      at += DIRECTORIES.length;
      continue;
    }
    at++;
    let test: Test | undefined;
    let text: string | undefined;
    if (mark === '.') test = notNewline;
    else if (mark === '^') {
      steps.push({ kind: 'start' });
      continue;
    } else if (mark === '[') {
      const found = classOf(source, at);
      if (!found) return undefined;
      ({ test, at } = found);
    } else if (mark === '\\' && (source[at] === 'b' || source[at] === 'B')) {
      steps.push({ kind: source[at++] === 'b' ? 'edge' : 'noEdge' });
      continue;
    } else if (mark === '\\') {
      text = escapedMark(source[at] ?? '');
      test = escaped(source[at++]);
    } else {
      text = mark;
      test = (other) => other === mark;
    }
    if (!test) return undefined;
    const many = source[at] === '*';
    if (many) at++;
    const times = timesAt(source, at);
    if (!times) {
      steps.push({ kind: many ? 'many' : 'one', test, text });
      continue;
    }
    const { from, to } = times;
    const most = to === Infinity ? from : to;
    ({ at } = times);
    const isNested = many || source[at] === '*' || timesAt(source, at) !== undefined;
    if (isNested || from > to || most > MOST_TIMES || steps.length + most > MOST_STEPS)
      return undefined;
    for (let time = 0; time < most; time++)
      steps.push({ kind: time < from ? 'one' : 'maybe', test, text });
    if (to === Infinity) steps.push({ kind: 'many', test, text });
  }
  return steps;
}

const notNewline: Test = (mark) => mark !== '\n';

/** A step is next. */
const AT = 1;
/** A step has taken something and isn't done. */
const BEGUN = 2;

/**
 * Runs the steps over a path. `whole`: whether they end at the path's end. `matched`: or at one of its slashes, which is
 * where a directory ends that the path lies in. `alive`: whether they have not failed when the path ends, or matched
 * before.
 */
function run(steps: readonly Step[], path: string, ask: 'whole' | 'matched' | 'alive'): boolean {
  let states = new Uint8Array(steps.length + 1);
  let next = new Uint8Array(steps.length + 1);
  states[0] = AT;
  let before = '';
  for (const mark of path) {
    skip(steps, states, before, mark);
    if (mark === '/' && states[steps.length] && ask !== 'whole') return true;
    next.fill(0);
    let alive = false;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index];
      if (!states[index] || !step) continue;
      const ahead = stays(step, mark);
      if (ahead & 1) next[index]! |= step.kind === 'directories' ? BEGUN : AT;
      if (ahead & 2) next[index + 1]! |= AT;
      alive ||= ahead !== 0;
    }
    if (!alive) return false;
    [states, next] = [next, states];
    before = mark;
  }
  skip(steps, states, before, '');
  return ask === 'alive' || states[steps.length] !== 0;
}

/** Where a step can be behind a character: 1 at itself, 2 at the next step. */
function stays(step: Step, mark: string): number {
  if (step.kind === 'start' || step.kind === 'edge' || step.kind === 'noEdge') return 0;
  if (step.kind === 'directories') return mark === '\n' ? 0 : mark === '/' ? 3 : 1;
  if (!step.test(mark)) return 0;
  return step.kind === 'many' ? 1 : 2;
}

/** Enters the steps that can be left out between two characters. Directories that have begun can't be. */
function skip(steps: readonly Step[], states: Uint8Array, before: string, after: string): void {
  for (let index = 0; index < steps.length; index++)
    if (states[index]! & AT && passes(steps[index] as Step, before, after))
      states[index + 1]! |= AT;
}

function passes({ kind }: Step, before: string, after: string): boolean {
  if (kind === 'one') return false;
  if (kind === 'start') return before === '';
  if (kind === 'many' || kind === 'maybe' || kind === 'directories') return true;
  return (WORD.test(before) !== WORD.test(after)) === (kind === 'edge');
}

const WORD = /^[0-9A-Za-z_]$/;
