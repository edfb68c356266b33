/** What the name of a step says. */
export interface StepName {
  readonly platform?: string;
  /** Name of the stage, or its number where it has none; `0` for the only stage, which is never named. */
  readonly stage?: string;
  readonly index?: number;
  readonly total?: number;
  /** The name without what stands in the bracket before it, unless that says something else: `[internal] load …`. */
  readonly instruction: string;
}

/** `linux/arm64`, `linux/amd64->arm64` for one that builds for another, `windows(10.0.1)/amd64`. No stage has a slash in its name. */
const PLATFORM = String.raw`[^\s\]/]+\/[^\s\]]+`;
const NUMBERED = new RegExp(
  String.raw`^\[(?:(${PLATFORM}) )?(?:([^\s\]/]+) )?\s*(\d{1,9})\/(\d{1,9})\] ([^]*)$`,
);
const OTHER = new RegExp(String.raw`^\[(${PLATFORM}) ([^\s\]/]+)\] ([^]*)$`);

/**
 * Takes the name of a step apart, as BuildKit's Dockerfile frontend composes it:
 * `[platform stage index/total] INSTRUCTION`, where platform and stage may lack and the index is padded with spaces.
 */
export function parseStepName(name: string): StepName {
  const [, platform, word, index, total, instruction] = NUMBERED.exec(name) ?? [];
  if (instruction !== undefined)
    return {
      ...(platform !== undefined && { platform }),
      stage: word === undefined ? '0' : (/^stage-(\d+)$/.exec(word)?.[1] ?? word),
      index: Number(index),
      total: Number(total),
      instruction,
    };
  const [, on, what, rest] = OTHER.exec(name) ?? [];
  if (on !== undefined) return { platform: on, instruction: `[${what}] ${rest}` };
  return { instruction: name };
}
