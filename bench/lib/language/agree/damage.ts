import { mutate } from '../../../../test/lsp/random.ts';

const SPLICES = '"\'$\\`{}[],=:# -</%@\t\r1*!\u00a0\u2028\v\u017F';

/** A text with one to three faults as they come about while one types: in a line, or lines that are moved. */
export function damage(text: string, random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  let lines = text.split('\n');
  for (let left = 1 + below(3); left > 0; left--) {
    const index = below(lines.length);
    const line = lines[index] ?? '';
    const at = below(line.length + 1);
    const put = (middle: string, behind: number) => {
      lines[index] = line.slice(0, at) + middle + line.slice(behind);
    };
    switch (below(9)) {
      case 0:
        lines.splice(index, 1);
        break;
      case 1:
        lines.splice(index, 0, line);
        break;
      case 2:
        lines.splice(below(lines.length), 0, ...lines.splice(index, 1));
        break;
      case 3:
        lines = lines.slice(0, index + 1);
        break;
      case 4:
        put('', at + 1);
        break;
      case 5:
        put(line.slice(at, at + 1).repeat(2), at + 1);
        break;
      case 6:
        put(otherCase(line.slice(at, at + 1)), at + 1);
        break;
      case 7:
        put(SPLICES.charAt(below(SPLICES.length)), at);
        break;
      default:
        return mutate(lines.join('\n'), random);
    }
  }
  return lines.join('\n');
}

function otherCase(char: string): string {
  return char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
}
