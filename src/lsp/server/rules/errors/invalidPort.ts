import { wordsOf } from '../../model/expand.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
import { portProblem } from './support/port.ts';
import { stepsOf } from './support/steps.ts';
import { replace } from '../edits.ts';
import { beginningsIn, swallowed } from '../swallowed.ts';

/** EXPOSE with something that is no port. */
export const invalidPort: Rule = {
  id: 'build-error/invalid-port',
  severity: 'error',
  title: 'EXPOSE takes ports up to 65535',
  why: 'A port is a number up to 65535 or a range of them, with `/tcp`, `/udp` or `/sctp` behind. A variable that has no value leaves a part of it empty.',
  examples: [
    { bad: 'FROM alpine:3\nEXPOSE 80000\n', good: 'FROM alpine:3\nEXPOSE 8000\n' },
    { bad: 'FROM alpine:3\nEXPOSE http\n', good: 'FROM alpine:3\nEXPOSE 80\n' },
    { bad: 'FROM alpine:3\nEXPOSE 80,443\n', good: 'FROM alpine:3\nEXPOSE 80 443\n', fixed: true },
  ],
  check: notPorts,
  checkImages: (file, images) => withdrawUnset(file, images, notPorts(file)),
};

function* notPorts(file: Dockerfile): Generator<Finding> {
  for (const step of stepsOf(file, 'EXPOSE')) {
    const { instruction } = step;
    const [taken] = instruction.parent ? [] : beginningsIn(instruction);
    for (const { piece, expansion } of step.expanded) {
      if (taken && piece.span.start >= taken.span.start) {
        yield swallowed(instruction, taken, file.tree);
        break;
      }
      if (expansion.error) continue;
      const message = wordsOf(expansion)
        .map(portProblem)
        .find((problem) => problem !== undefined);
      if (message === undefined) continue;
      const apart = piece.text.split(',');
      const listed =
        apart.length > 1 &&
        apart.every((port) => !/[$"']/.test(port) && (port === '' || !portProblem(port)));
      const text = apart.filter((port) => port !== '').join(' ');
      const fixes =
        listed && text !== '' ? [replace('Separate the ports by spaces', piece.span, text)] : [];
      yield {
        span: piece.span,
        message: listed ? 'Spaces separate ports, not commas.' : message,
        fixes,
      };
    }
  }
}
