import { Validator } from 'dockerfile-utils/lib/dockerValidator';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SIGNALS } from '../data/predefined.ts';
import type { Instruction, Tree } from '../parser/tree.ts';
import { touches } from '../parser/tree.ts';
import { maskForLibrary } from './mask.ts';
import type { Fix, Group, Problem } from './problem.ts';
import { replace } from './problem.ts';

interface Kept {
  readonly code: string;
  readonly group: Group;
  readonly tag?: NonNullable<Problem['tag']>;
}

const syntax = (code: string): Kept => ({ code, group: 'syntax' });
const suspicious = (code: string): Kept => ({ code, group: 'suspicious' });

/**
 * What is taken over from dockerfile-utils, by its ValidationCode. Left out is what the tree answers better: casing
 * (0), stage names (10, 12), empty lines (11), no FROM (20), escape (21, 52), unknown instructions (38) and flags
 * (39-42), MAINTAINER (45), WORKDIR (50).
 */
const KEPT: Readonly<Record<number, Kept>> = {
  1: { code: 'DirectiveCasing', group: 'style' },
  2: syntax('MissingArgument'),
  3: syntax('ExtraArgument'),
  5: syntax('MissingArgument'),
  6: syntax('MissingArgument'),
  7: syntax('MissingArgument'),
  8: syntax('InvalidFrom'),
  9: syntax('ExtraArgument'),
  13: syntax('InvalidFlagValue'),
  14: syntax('DuplicateFlag'),
  15: syntax('InvalidDuration'),
  16: syntax('InvalidDuration'),
  17: syntax('InvalidDuration'),
  18: syntax('MissingFlagValue'),
  19: syntax('InvalidDuration'),
  22: syntax('InvalidFrom'),
  23: suspicious('DestinationNotDirectory'),
  24: syntax('InvalidPort'),
  25: syntax('InvalidPort'),
  26: syntax('InvalidImage'),
  27: suspicious('InvalidSignal'),
  28: syntax('InvalidFlagValue'),
  29: syntax('InvalidTrigger'),
  30: syntax('InvalidTrigger'),
  31: syntax('ShellForm'),
  32: syntax('ShellForm'),
  33: syntax('InvalidPair'),
  34: syntax('InvalidPair'),
  35: syntax('UnclosedQuote'),
  36: syntax('UnclosedQuote'),
  37: { code: 'MultipleInstructionsDisallowed', group: 'suspicious', tag: 'unnecessary' },
  43: syntax('InvalidHealthcheck'),
  44: syntax('UnsupportedModifier'),
  46: syntax('InvalidHealthcheck'),
  47: syntax('InvalidFlagValue'),
  48: syntax('InvalidFlagValue'),
  49: suspicious('JsonInSingleQuotes'),
  51: syntax('EmptyBaseName'),
};

/** Runs dockerfile-utils over the masked text. Its cost grows faster than the text: the caller bounds the length. */
export function libraryProblems(tree: Tree): Problem[] {
  const masked = TextDocument.create('', '', 0, maskForLibrary(tree));
  return new Validator().validate(masked).flatMap(({ code, range, message }): Problem[] => {
    const kept = KEPT[Number(code)];
    if (!kept) return [];
    const span = { start: masked.offsetAt(range.start), end: masked.offsetAt(range.end) };
    const text = tree.source.slice(span.start, span.end);
    const instruction = tree.instructions.findLast(({ start }) => start <= span.start);
    if (instruction && isFalse(Number(code), text, span.start, instruction)) return [];
    const group = Number(code) === 24 && /^[\d.]+:[\d:-]+/.test(text) ? 'suspicious' : kept.group;
    return [
      {
        ...kept,
        group,
        span,
        message: sentence(typeof message === 'string' ? message : message.value),
        ...fixesFor(Number(code), span, text),
      },
    ];
  });
}

/** What dockerfile-utils reports and the builder accepts. */
function isFalse(code: number, text: string, at: number, outer: Instruction): boolean {
  const instruction = outer.trigger ?? outer;
  switch (code) {
    case 2:
      return instruction.name === 'ENTRYPOINT' || instruction.name === 'CMD';
    case 13:
    case 15:
    case 16:
    case 17:
    case 19:
      // Some of these point at the flag's name and others at its value.
      return isDuration(instruction.flags.find((flag) => touches(flag, at))?.value?.text ?? text);
    case 23:
      return /^(?:\.{1,2}|.*\/["']|.*\$.*)$/.test(text);
    case 26:
      return text.includes('\\') || text.includes('`');
    case 27:
      return isSignal(text.replaceAll(/["']/g, ''));
    case 51:
      // Any modifier may give the name a value.
      return /^\$\{\w+(?::?[-+?]|[%#/])/.test(text);
    default:
      return false;
  }
}

/** Zero, of any unit or none, or a Go duration (time.ParseDuration) of a millisecond at least. */
function isDuration(text: string): boolean {
  if (/^[+-]?0+(?:\.0*)?(?:ns|us|µs|ms|s|m|h)?$/.test(text)) return true;
  return /^\+?(?:\d+(?:\.\d*)?(?:ms|s|m|h))+$/.test(text);
}

function isSignal(text: string): boolean {
  const [, name = ''] = /^(?:SIG)?([A-Z0-9]+)(?:[+-]\d+)?$/.exec(text.toUpperCase()) ?? [];
  return SIGNALS.includes(name) || /^\d+$/.test(text);
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?)]$/.test(text) ? text : `${text}.`;
}

function fixesFor(code: number, span: Problem['span'], text: string): { fixes: Fix[] } {
  switch (code) {
    case 1:
      return { fixes: [replace(`Change to ${text.toLowerCase()}`, span, text.toLowerCase())] };
    case 3:
    case 9:
      return { fixes: [replace('Remove the extra argument', span, '')] };
    case 22:
      return { fixes: [replace('Change to AS', span, 'AS')] };
    default:
      return { fixes: [] };
  }
}
