/** An instruction for one narrow line: the flags of RUN, which may be longer than the line, are left to where there is room. */
export function brief(instruction: string): string {
  return instruction.replace(/^RUN(?:\s+--[a-z]+=\S+)+(?=\s+\S)/, 'RUN');
}
