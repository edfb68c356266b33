/** What is looked for. */
export interface Query {
  readonly text: string;
  /** `text` is a regular expression, as JavaScript has them. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
}

/** A query made ready. */
export interface Matcher {
  /** For many lines at once, newlines between them. */
  readonly many: RegExp;
  /** For one line. */
  readonly one: RegExp;
  /** What `many` would miss something of: negative assertions may look beyond the end of a line. */
  readonly singly: boolean;
}

export type Compiled =
  | { readonly ok: true; readonly matcher: Matcher }
  | { readonly ok: false; readonly problem: string };

/** Makes a query ready; one whose expression is wrong is answered with what is wrong with it. */
export function compileQuery({ text, regex, caseSensitive }: Query): Compiled {
  const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const flags = caseSensitive ? '' : 'i';
  try {
    return {
      ok: true,
      matcher: {
        many: new RegExp(source, `gm${flags}`),
        one: new RegExp(source, flags),
        singly: regex && /\(\?<?!/.test(source),
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: message.replace(/^Invalid regular expression: /, '') };
  }
}
