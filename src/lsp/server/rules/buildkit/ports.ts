import type { Dockerfile } from '../../model/dockerfile.ts';
import { wordsOf } from '../../model/expand.ts';
import type { Piece } from '../../model/pieces.ts';
import type { Instruction } from '../../parser/tree.ts';
import { portProblem } from '../errors/support/port.ts';
import { stepsOf } from './support.ts';

interface Port {
  readonly place: Instruction;
  /** The word as written, which a variable may make several of. */
  readonly piece: Piece;
  readonly word: string;
  /** As written; `tcp` when left out. */
  readonly protocol: string;
  /** An address or a port of the host comes before it. */
  readonly host: boolean;
}

/**
 * The ports of all EXPOSE that the builder reads (dockerfile2llb, parsePort). It reads them in the order of their texts
 * (instructions, parseExpose), and stops at one that is none.
 */
export function ports(file: Dockerfile): readonly Port[] {
  const found: Port[] = [];
  for (const { place, expanded } of stepsOf(file, 'EXPOSE')) {
    // All words are expanded before the first is read.
    if (expanded.some(({ expansion }) => expansion.error)) continue;
    const words = expanded
      .toSorted((a, b) => compare(a.piece.text, b.piece.text))
      .flatMap(({ piece, expansion }) => wordsOf(expansion).map((word) => ({ piece, word })));
    for (const { piece, word } of words) {
      const port = readPort(word);
      if (!port) break;
      found.push({ place, piece, word, ...port });
      if (portProblem(word) !== undefined) break;
    }
  }
  return found;
}

/** As Go compares strings, but for what lies outside of the basic plane, which no port holds. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function readPort(word: string): { protocol: string; host: boolean } | undefined {
  const parts = word.split(':');
  const last = parts.at(-1) ?? '';
  const slash = last.indexOf('/');
  const number = slash < 0 ? last : last.slice(0, slash);
  const protocol = (slash < 0 ? '' : last.slice(slash + 1)) || 'tcp';
  if (number === '' || !/^(?:tcp|udp|sctp)$/i.test(protocol)) return undefined;
  // Of four parts and more the first ones are an address with its colons.
  return { protocol, host: parts.length > 3 || parts.slice(0, -1).some((part) => part !== '') };
}
