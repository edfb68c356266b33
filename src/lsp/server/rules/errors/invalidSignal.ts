import { parseGoInteger } from '../../../../util/goNumbers.ts';
import { SIGNALS } from '../../data/predefined.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import { stepsOf } from './support/steps.ts';
import { nearest, shown } from './support/suggest.ts';
import { replace } from '../edits.ts';
import { beginningsIn, swallowed } from '../swallowed.ts';

/** STOPSIGNAL with something that is no signal. */
export const invalidSignal: Rule = {
  id: 'build-error/invalid-signal',
  severity: 'error',
  title: 'STOPSIGNAL takes a signal of Linux',
  why: 'A signal is a number other than 0 or a name, with or without `SIG`: `SIGTERM`, `QUIT`, `RTMIN+3`.',
  examples: [
    {
      bad: 'FROM alpine:3\nSTOPSIGNAL SIGTREM\n',
      good: 'FROM alpine:3\nSTOPSIGNAL SIGTERM\n',
      fixed: true,
    },
  ],
  check: notSignals,
  checkImages: (file, images) => withdrawUnset(file, images, notSignals(file)),
};

function* notSignals(file: Dockerfile): Generator<Finding> {
  for (const step of stepsOf(file, 'STOPSIGNAL')) {
    for (const { piece, expansion } of step.expanded) {
      const { value, error } = expansion;
      if (error || isSignal(value)) continue;
      const [taken] = step.instruction.parent ? [] : beginningsIn(step.instruction);
      if (taken) {
        yield swallowed(step.instruction, taken, file.tree);
        continue;
      }
      const prefix = /^sig/i.exec(value)?.[0] ?? '';
      const guess = nearest(value.slice(prefix.length).toUpperCase(), SIGNALS);
      const fixed = guess && prefix.toUpperCase() + guess;
      yield {
        span: piece.span,
        message: `There is no signal ${shown(value) || 'without a name'}.${fixed ? ` Did you mean ${fixed}?` : ''}`,
        fixes:
          fixed && piece.text === value ? [replace(`Change to ${fixed}`, piece.span, fixed)] : [],
      };
    }
  }
}

function isSignal(text: string): boolean {
  const number = parseGoInteger(text);
  if (number !== undefined) return number !== 0n;
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (SIGNALS.includes(name)) return true;
  const [, sign, digits = ''] = /^RTM(IN\+|AX-)([1-9]\d?)$/.exec(name) ?? [];
  return sign !== undefined && Number(digits) <= (sign === 'IN+' ? 15 : 14);
}
