import type { Step } from '../../model/scopes.ts';
import type { Rule } from '../rule.ts';
import { at } from './support.ts';
import { removal } from '../lineAbove.ts';

const ONCE = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

export const multipleInstructionsDisallowed: Rule = {
  id: 'MultipleInstructionsDisallowed',
  severity: 'warning',
  title: 'A stage should have one CMD, ENTRYPOINT and HEALTHCHECK each',
  why: 'Only the last one of a stage has an effect. The others mislead whoever reads the file.',
  examples: [
    {
      bad: 'FROM alpine\nCMD ["date"]\nCMD ["ls"]\n',
      good: 'FROM alpine\nCMD ["ls"]\n',
      fixed: true,
    },
  ],
  *check(file) {
    const scopes = file.scopes();
    for (const stage of file.tree.stages) {
      const last = new Map<string, Step>();
      for (const step of scopes.steps(stage)) {
        const { name } = step.instruction;
        if (!ONCE.has(name)) continue;
        const earlier = last.get(name);
        last.set(name, step);
        if (!earlier) continue;
        const { instruction, place } = earlier;
        yield at(place, {
          span: instruction,
          message: `Only the last ${name} of a stage counts, and another follows.`,
          silencedAt: step.place.start,
          tag: 'unnecessary',
          fixes:
            place === instruction
              ? [
                  {
                    title: `Remove this ${name}`,
                    edits: removal(file, instruction),
                    safe: true,
                  },
                ]
              : [],
        });
      }
    }
  },
};
