import { mountFields } from '../../parser/mounts.ts';
import type { Instruction, Word } from '../../parser/tree.ts';
import type { Rule } from '../rule.ts';
import { imageParts } from './imageParts.ts';
import { dropQuotes, flagValue } from './words.ts';

/** What Docker Hub is called in a list of trusted registries. */
const HUB = ['docker.io', 'hub.docker.com'];
/** What may be a stage's name or number: it has no registry, folder, tag or digest. */
const STAGE = /^[\w.-]+$/;

export const DL3026: Rule = {
  id: 'DL3026',
  severity: 'error',
  title: 'An image comes from a registry that isn’t trusted',
  why: 'A configuration lists the registries to build from (hadolint’s `trustedRegistries`, where `*` at the beginning or the end of a name stands for anything). This image comes from another one.',
  examples: [
    {
      bad: 'FROM quay.io/app/base:1.2\n',
      good: 'FROM registry.example.com/app/base:1.2\n',
      config: 'trustedRegistries:\n  - "*.example.com"\n',
    },
    {
      bad: 'FROM scratch\nCOPY --from=nginx:1.27 /etc/nginx /etc/nginx\n',
      good: 'FROM scratch\nCOPY --from=registry.example.com/nginx:1.27 /etc/nginx /etc/nginx\n',
      config: 'trustedRegistries:\n  - registry.example.com\n',
    },
  ],
  *check(file, { trustedRegistries }) {
    if (trustedRegistries.length === 0) return;
    const names = new Set<string>();
    let stages = 0;
    for (const instruction of file.all('FROM', 'COPY', 'RUN')) {
      const isFrom = instruction.name === 'FROM' && !instruction.parent;
      const stage = isFrom ? file.stageOf(instruction) : undefined;
      for (const word of isFrom ? [stage?.image] : imagesOf(instruction)) {
        const text = dropQuotes(word?.text ?? '');
        const { registry, name } = imageParts(text);
        if (!word || text === '' || names.has(name.toLowerCase())) continue;
        if (!isFrom && /^\d+$/.test(text) && Number(text) < stages) continue;
        // The stages that a trigger names are those of the file that starts from this image.
        if (instruction.parent && STAGE.test(text)) continue;
        if (registry === undefined && name === 'scratch') continue;
        const hosts = registry === undefined ? HUB : [registry];
        if (hosts.some((host) => trustedRegistries.some((trusted) => matches(trusted, host))))
          continue;
        const from = registry ?? 'Docker Hub';
        yield { span: word, message: `${from} is not among the trusted registries.` };
      }
      if (!isFrom) continue;
      stages++;
      if (stage?.name) names.add(stage.name.text.toLowerCase());
    }
  },
};

/** The images or stages that COPY and the mounts of RUN take files from. */
function imagesOf(instruction: Instruction): (Word | undefined)[] {
  if (instruction.name === 'COPY') return [flagValue(instruction, 'from')];
  if (instruction.name !== 'RUN') return [];
  return instruction.flags.flatMap((flag) => {
    if (flag.name !== 'mount') return [];
    const fields = mountFields(flag, instruction);
    const field = (name: string) =>
      fields.find(({ key }) => key.text.toLowerCase() === name)?.value;
    const type = field('type')?.text ?? 'bind';
    return type === 'bind' || type === 'cache' ? [field('from')] : [];
  });
}

function matches(trusted: string, registry: string): boolean {
  if (trusted === '*') return true;
  if (trusted.startsWith('*')) return registry.endsWith(trusted.slice(1));
  return trusted.endsWith('*') ? registry.startsWith(trusted.slice(0, -1)) : registry === trusted;
}
