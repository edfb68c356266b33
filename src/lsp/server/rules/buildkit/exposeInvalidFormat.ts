import type { Rule } from '../rule.ts';
import { ports } from './ports.ts';
import { at } from './support.ts';
import { safeReplace } from '../edits.ts';

export const exposeInvalidFormat: Rule = {
  id: 'ExposeInvalidFormat',
  severity: 'warning',
  title: 'EXPOSE should name ports of the container only',
  why: '`EXPOSE` publishes nothing: it says which ports a container listens on. Addresses and ports of the host are ignored and will be refused one day. `docker run --publish` is where they belong.',
  examples: [
    { bad: 'FROM nginx\nEXPOSE 8080:80\n', good: 'FROM nginx\nEXPOSE 80\n', fixed: true },
    { bad: 'FROM nginx\nEXPOSE 127.0.0.1:80:80\n', good: 'FROM nginx\nEXPOSE 80\n', fixed: true },
  ],
  *check(file) {
    for (const { place, piece, word, host } of file.once(ports)) {
      if (!host) continue;
      const port = word.slice(word.lastIndexOf(':') + 1);
      yield at(place, {
        span: piece.span,
        message: `EXPOSE ignores the host’s side of ${word.slice(0, 80)}. Only ${port.slice(0, 40)} counts.`,
        fixes: piece.text === word ? [safeReplace(`Write ${port}`, piece.span, port)] : [],
      });
    }
  },
};
