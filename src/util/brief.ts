/** The flags of RUN, as BuildKit parts them: blanks in quotes, and what follows a backslash, are of the flag. */
const FLAGS =
  /^RUN(?:\s+--[a-z]+=(?:[^\s"'\\]|\\[^]|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')+)+(?=\s+\S)/;

/** An instruction for one narrow line: the flags of RUN, which may be longer than the line, are left to where there is room. */
export function brief(instruction: string): string {
  return instruction.replace(FLAGS, 'RUN');
}
