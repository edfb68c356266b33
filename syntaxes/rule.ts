/** A TextMate rule, of the parts that our grammars use. */
export interface Rule {
  readonly [key: string]: unknown;
}

/** References to rules of the repository or to other grammars. */
export const include = (...names: readonly string[]): Rule[] => names.map((name) => ({ include: name }));

/** Captures from the first on; `undefined` leaves one without a name. */
export const named = (...names: readonly (string | undefined)[]): Rule =>
  Object.fromEntries(names.flatMap((name, i) => (name ? [[String(i + 1), { name: `${name}.dockerfile` }]] : [])));
