import { MODIFIERS } from '../../data/modifiers.ts';
import type { Span } from '../../parser/tree.ts';
import type { Variable } from '../../parser/variables.ts';

/** What stands behind the name of a variable in braces, such as `:-`, and what it makes of the variable. */
export function modifierText(
  { name, braced }: Variable,
  source: string,
): { span: Span; text: string } | undefined {
  const sign = braced ? /^(?::[-+?]|##?|%%?|\/\/?|[-+?])/.exec(source.slice(name.end))?.[0] : '';
  const text = sign && MODIFIERS[sign];
  return text ? { span: { start: name.end, end: name.end + sign.length }, text } : undefined;
}
