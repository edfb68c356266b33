import type { Rule } from '../rule.ts';
import { dropQuotes, innerSpan, transferOf } from './words.ts';

const ABSOLUTE = /^(?:[/$]|.:[\\/])/;

export const DL3045: Rule = {
  id: 'DL3045',
  severity: 'warning',
  title: 'COPY goes to a relative path without WORKDIR',
  why: 'A relative target starts from the working directory. Without a `WORKDIR` above, that is the one of the base image, which may change with it.',
  examples: [
    {
      bad: 'FROM debian:12\nCOPY app app\n',
      good: 'FROM debian:12\nCOPY app /app\n',
      fixed: true,
    },
    { bad: 'FROM node:22\nCOPY . .\n', good: 'FROM node:22\nWORKDIR /app\nCOPY . .\n' },
  ],
  *check(file) {
    /** The stages with a WORKDIR so far, -1 for what stands before the first FROM, and those with one in ONBUILD. */
    const set = new Set<number>();
    const triggered = new Set<number>();
    for (const instruction of file.all('FROM', 'WORKDIR', 'COPY')) {
      const { name, stage, parent } = instruction;
      if (name === 'WORKDIR') (parent ? triggered : set).add(stage);
      else if (name === 'FROM') {
        const from = file.stageOf(instruction);
        const base = parent || !from ? undefined : file.baseOf(from);
        if (base && set.has(base.index)) set.add(stage);
      } else if (!set.has(stage) && !(parent && triggered.has(stage))) {
        const { target } = transferOf(instruction, file.tree.escape);
        const path = dropQuotes(target?.text ?? '');
        if (!target || path === '' || ABSOLUTE.test(path)) continue;
        const span = innerSpan(target);
        const at = { start: span.start, end: span.start };
        const plain = /^[\w-]/.test(path) && span.end - span.start === path.length;
        yield {
          span: target,
          message: `${path} is in the base image's working directory, wherever that is: set WORKDIR before.`,
          fixes: plain ? [{ title: `Change to /${path}`, edits: [{ span: at, text: '/' }] }] : [],
        };
      }
    }
  },
};
