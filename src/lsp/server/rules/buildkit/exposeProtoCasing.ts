import { spanWithin } from '../../model/pieces.ts';
import type { Rule } from '../rule.ts';
import { ports } from './ports.ts';
import { at } from './support.ts';
import { safeReplace } from '../edits.ts';

export const exposeProtoCasing: Rule = {
  id: 'ExposeProtoCasing',
  severity: 'warning',
  title: 'The protocol in EXPOSE should be in lower case',
  why: 'Protocols are called `tcp`, `udp` and `sctp`. The builder takes other cases, other tools may not.',
  examples: [
    { bad: 'FROM nginx\nEXPOSE 80/TCP\n', good: 'FROM nginx\nEXPOSE 80/tcp\n', fixed: true },
  ],
  *check(file) {
    for (const { place, piece, word, protocol } of file.once(ports)) {
      const lower = protocol.toLowerCase();
      if (protocol === lower) continue;
      const from = piece.text.length - protocol.length;
      const literal = piece.text === word;
      yield at(place, {
        span: piece.span,
        message: `The protocol of ${word.slice(0, 80)} should be in lower case.`,
        fixes: literal
          ? [safeReplace(`Write ${lower}`, spanWithin(piece, from, piece.text.length), lower)]
          : [],
      });
    }
  },
};
