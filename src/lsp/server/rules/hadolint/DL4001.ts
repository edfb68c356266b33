import type { Finding, Rule } from '../rule.ts';

export const DL4001: Rule = {
  id: 'DL4001',
  severity: 'warning',
  title: 'Use either wget or curl',
  why: `Both do the same, so that an image with both of them carries one too many, with its libraries. Use one of them
throughout a stage.`,
  examples: [
    {
      bad:
        'FROM debian:12\nRUN wget -q https://example.com/a.tar.gz\n' +
        'RUN curl -fsSLO https://example.com/b.tar.gz\n',
      good:
        'FROM debian:12\nRUN curl -fsSLO https://example.com/a.tar.gz\n' +
        'RUN curl -fsSLO https://example.com/b.tar.gz\n',
    },
  ],
  check: (file) => {
    const commands = file.commands();
    if (!commands.has('curl') || !commands.has('wget')) return [];
    const found: Finding[] = [];
    const used = new Map<string, Set<string>>();
    for (const { run, shell } of file.shellRuns()) {
      // What ONBUILD runs, it runs in another image.
      const place = `${run.stage} ${run.parent?.name ?? ''}`;
      const programs = used.get(place) ?? new Set();
      used.set(place, programs);
      const second = shell.commands.find(({ name }) => {
        if (name === 'curl' || name === 'wget') programs.add(name);
        return programs.size === 2 && programs.has(name);
      });
      if (!second) continue;
      const { start, end } = second.program;
      const message = 'This stage uses both wget and curl. Decide for one of them.';
      found.push({ span: { start, end }, message });
    }
    return found;
  },
};
