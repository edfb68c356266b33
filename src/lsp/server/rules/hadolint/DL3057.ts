import type { Stage } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';

export const DL3057: Rule = {
  id: 'DL3057',
  severity: 'warning',
  off: true,
  title: 'A stage has no HEALTHCHECK',
  why: 'With a `HEALTHCHECK` the engine tells a container that works from one that only runs. Where something else sees to that, such as Kubernetes, it isn’t needed, so that this rule is off until a configuration turns it on; `HEALTHCHECK NONE` says that none is wanted. A stage needs none where one that it starts from, or that starts from it, has one.',
  examples: [
    {
      bad: 'FROM nginx:1.27\n',
      good: 'FROM nginx:1.27\nHEALTHCHECK CMD ["curl", "-f", "http://localhost"]\n',
    },
  ],
  *check(file) {
    const checking = new Set<number>();
    for (const { stage, parent } of file.all('HEALTHCHECK')) if (!parent) checking.add(stage);
    const checked = new Set<number>();
    for (const stage of file.tree.stages) {
      const base = file.baseOf(stage);
      if (base && checked.has(base.index)) checked.add(stage.index);
      if (!checking.has(stage.index)) continue;
      for (let at: Stage | undefined = stage; at && !checked.has(at.index); at = file.baseOf(at))
        checked.add(at.index);
    }
    for (const stage of file.tree.stages)
      if (!checked.has(stage.index))
        yield { span: stage.image ?? stage.from.keyword, message: 'The stage has no HEALTHCHECK.' };
  },
};
