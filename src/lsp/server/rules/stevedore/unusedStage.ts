import { fromWords } from '../../parser/occurrences.ts';
import type { Dockerfile } from '../../model/dockerfile.ts';
import type { Rule } from '../rule.ts';

/** A stage that is built for nobody. */
export const unusedStage: Rule = {
  id: 'stevedore/unused-stage',
  severity: 'warning',
  title: 'A stage is used by no other and is not the last one',
  why: 'The image is the last stage; an earlier one counts only when `FROM`, `COPY --from` or a mount uses it, and BuildKit does not even run one that none does. A stage that was meant to be built by `--target` has a name that says what for: such names are left alone.',
  examples: [
    {
      bad: 'FROM golang:1.23.4 AS builder\nRUN go install example.com/app@v1.0.0\n\nFROM alpine:3.20\nENTRYPOINT ["/app"]\n',
      good: 'FROM golang:1.23.4 AS builder\nRUN go install example.com/app@v1.0.0\n\nFROM alpine:3.20\nCOPY --from=builder /go/bin/app /app\nENTRYPOINT ["/app"]\n',
    },
    {
      bad: 'FROM node:22.11.0\nRUN npm --version\nFROM alpine:3.20\n',
      good: 'FROM node:22.11.0\nRUN npm --version\n',
    },
  ],
  check(file) {
    const used = usedStages(file);
    const { stages } = file.tree;
    if (used === 'unknown') return [];
    return stages.slice(0, -1).flatMap(({ index, image, name, from }) => {
      // Without an image, or with a name that is cut off, the file is being written.
      if (used.has(index) || !image || /\sAS\s*$/i.test(from.logical.text)) return [];
      if (name && !MEANT_FOR_OTHERS.test(name.text)) return [];
      const what = name ? `The stage "${name.text}"` : 'This stage';
      return [
        {
          span: name ?? from.keyword,
          message: `${what} is used by no later one and is not the last, so nothing of it gets into the image. Is a COPY --from${name ? `=${name.text}` : ''} missing?`,
          tag: 'unnecessary' as const,
        },
      ];
    });
  },
};

/** Names of stages that exist to be copied from or built upon; others may be targets of their own. */
const MEANT_FOR_OTHERS =
  /^(?:(?:.*[-_])?(?:build(?:er|[-_]?(?:base|deps|env|image|stage))?|compile[rd]?|deps|dependencies|downloads?|downloader|fetch(?:er)?|installer|intermediate|sources?)|stage[-_]?\d+)$/i;

/** Stages that something refers to. A reference that holds a variable may be to any of them. */
function usedStages(file: Dockerfile): ReadonlySet<number> | 'unknown' {
  const { stages } = file.tree;
  const byName = new Map<string, number>();
  const used = new Set<number>();
  for (const stage of stages) {
    const base = file.baseOf(stage);
    if (base) used.add(base.index);
    // By another value of the variable it may be another one of the stages above.
    if (byName.size > 0 && mayBeStage(stage.image?.text ?? '')) return 'unknown';
    for (const instruction of stage.instructions) {
      for (const { text } of fromWords(instruction)) {
        if (text.includes('$')) return 'unknown';
        const index = byName.get(text.toLowerCase()) ?? (/^\d+$/.test(text) ? Number(text) : -1);
        used.add(index);
      }
    }
    if (stage.name) byName.set(stage.name.text.toLowerCase(), stage.index);
  }
  return used;
}

/** Whether a word with variables may name a stage: no stage has a name with a tag, a digest or a folder in it. */
const mayBeStage = (text: string): boolean =>
  text.includes('$') && !/[:@/]/.test(text.replace(/\$(?:\{[^}]*\}|\w+)/g, ''));
