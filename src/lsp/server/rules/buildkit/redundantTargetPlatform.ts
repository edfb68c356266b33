import type { Flag, Instruction, Span, Tree } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { at } from './support.ts';
import { safeReplace } from '../edits.ts';

export const redundantTargetPlatform: Rule = {
  id: 'RedundantTargetPlatform',
  same: 'DL3065',
  severity: 'warning',
  title: 'FROM takes the target platform without being told',
  why: '`--platform=$TARGETPLATFORM` is what `FROM` does by itself.',
  examples: [
    {
      bad: 'FROM --platform=$TARGETPLATFORM alpine\n',
      good: 'FROM alpine\n',
      fixed: true,
    },
  ],
  *check(file) {
    const { tree } = file;
    const scopes = file.scopes();
    for (const stage of tree.stages) {
      const { image, platform } = scopes.from(stage);
      const flag = platformFlag(stage.from);
      if (!flag || !platform || image?.error) continue;
      const names = new Set(platform.references.map(({ name }) => name));
      const only = names.size === 1 && names.has('TARGETPLATFORM');
      if (!only || platform.value !== scopes.global.value('TARGETPLATFORM')) continue;
      yield at(stage.from, {
        span: flag,
        message: 'The target platform is the default, so the flag can go.',
        fixes: [safeReplace('Remove the flag', flagWithSpace(flag, tree), '')],
        tag: 'unnecessary',
      });
    }
  },
};

/** The `--platform` flag that counts. */
export function platformFlag({ flags }: Instruction): Flag | undefined {
  return flags.findLast(({ name }) => name === 'platform');
}

/** A flag and the white space behind it, on its line. */
export function flagWithSpace({ start, end }: Span, { source }: Tree): Span {
  let to = end;
  while (source[to] === ' ' || source[to] === '\t') to++;
  return { start, end: to };
}
