/**
 * What Markdown has beside words: code spans, escaped characters, links, and emphasis. Each alternative begins with a
 * character of its own and stops at a line's end, so that a text is read once.
 */
const MARKS =
  /(?<fence>`+)(?<code>[^\n]*?[^`\n])\k<fence>(?!`)|\\(?<escaped>[!-/:-@[-`{-~])|\[(?<label>(?:\\.|[^\]\\\n])*)\]\((?<url>[^)\s]*)\)|\*\*(?<strong>[^*\n]+)\*\*|\*(?<em>[^*\s][^*\n]*)\*/g;
const FENCE = /^\s*`{3,}/;

/** Markdown as a person reads it where nothing renders it: links keep their addresses, blocks of code their lines. */
export function plainText(markdown: string): string {
  let fence = '';
  const lines: string[] = [];
  for (const line of markdown.split('\n')) {
    const mark = FENCE.exec(line)?.[0].trim() ?? '';
    if (fence === '' && mark !== '') fence = mark;
    else if (fence !== '' && line.trim() === fence) fence = '';
    else lines.push(fence === '' ? inline(line.replace(/^#{1,6} /, '')) : line);
  }
  return lines.join('\n');
}

function inline(text: string): string {
  return text.replace(MARKS, (whole, ...args) => {
    const { code, escaped, label, url, strong, em } = args.at(-1) as Partial<
      Record<string, string>
    >;
    if (code !== undefined) return /^ .*\S.* $/.test(code) ? code.slice(1, -1) : code;
    if (escaped !== undefined) return escaped;
    if (label !== undefined) return label === url ? label : `${inline(label)} (${url ?? ''})`;
    const words = strong ?? em;
    return words === undefined ? whole : inline(words);
  });
}
