/** Whether a heredoc's name is part of an arithmetic expression of the shell. */
export const isShift = (name: string): boolean => /[()]/.test(name);
