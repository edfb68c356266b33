const bits = ['r', 'w', 'x', 'r', 'w', 'x', 'r', 'w', 'x'];

/** The permissions of a mode as `ls` writes them, without the type: `rwsr-xr-x`. */
export function modeText(mode: number): string {
  const text = bits.map((bit, at) => (mode & (0o400 >> at) ? bit : '-'));
  const special = (flag: number, at: number, letter: string) => {
    if (mode & flag) text[at] = text[at] === 'x' ? letter : letter.toUpperCase();
  };
  special(0o4000, 2, 's');
  special(0o2000, 5, 's');
  special(0o1000, 8, 't');
  return text.join('');
}
