import { replace } from '../../edits.ts';
import type { Finding, Rule } from '../../rule.ts';
import { built, readFlag } from './steps.ts';
import { nearest } from './suggest.ts';

/** The check of a flag of RUN that takes one of some words as it stands. */
export function flagChoice(of: string, choices: readonly string[], message: string): Rule['check'] {
  return (file) =>
    built(file, 'RUN').flatMap(({ flags }) =>
      flags.flatMap((flag): Finding[] => {
        const { name, value } = readFlag(flag);
        if (name !== of || value === undefined || choices.includes(value)) return [];
        const guess = nearest(value.toLowerCase(), choices);
        const span = flag.value?.text ? flag.value : flag;
        const fixes = guess && flag.value ? [replace(`Change to ${guess}`, flag.value, guess)] : [];
        return [{ span, message, fixes }];
      }),
    );
}
