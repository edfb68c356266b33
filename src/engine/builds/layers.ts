import type { Layer } from '../../util/imageRequest.ts';
import type { Outline } from '../../util/dockerfileOutline.ts';
import type { HistoryEntry } from '../imageHistory.ts';
import { causeOf } from './advice.ts';
import { compareBuilds } from './compare.ts';
import { stepLines } from './lines.ts';
import { stageWords } from './ownStage.ts';
import type { Build, BuildStep } from './model.ts';

/** A base image that took less was not pulled, in milliseconds. */
const LONG_PULL = 500;
/** Instructions that make a layer. */
const MAKERS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);

/**
 * What the instructions of a Dockerfile came to in its last build: time, cached or why not, and what their layers weigh.
 * @param outline of the file as it is now; what the build has no step for is left out
 * @param history of the image that came of it, from its base on; empty where there is none
 * @param before the build that it is compared with
 * @returns lines from 0, times in milliseconds, sizes in bytes
 */
export function layersOf(
  outline: Outline,
  build: Build,
  history: readonly HistoryEntry[],
  before: Build | undefined,
): Layer[] {
  const lines = stepLines(outline, build.steps);
  const entries = entriesOfSteps(outline, build, history);
  const reasons = before ? reasonsOf(before, build) : new Map<string, string>();
  return build.steps.flatMap((step): Layer[] => {
    const place = lines.get(step.id);
    if (!place || (step.state !== 'cached' && step.state !== 'completed')) return [];
    // A base image that was there already says nothing.
    if (step.instruction.startsWith('FROM ') && step.duration < LONG_PULL) return [];
    const size = history[entries.get(step.id) ?? -1]?.size;
    const why = reasons.get(step.id);
    return [
      {
        line: place[0] - 1,
        ...(size === undefined ? {} : { size }),
        ...(step.state === 'cached' ? { cached: true } : { duration: step.duration }),
        ...(why === undefined ? {} : { why }),
      },
    ];
  });
}

/** Why steps lost their cache, by id. */
function reasonsOf(before: Build, build: Build): Map<string, string> {
  const { lost, reasons } = compareBuilds(before, build);
  const byId = new Map(build.steps.map((step) => [step.id, step]));
  return new Map(
    lost.flatMap(({ after }): [string, string][] => {
      if (!after) return [];
      const first = causeOf(after, byId) ?? after;
      const reason = reasons.find(({ step }) => step.id === first.id);
      return reason ? [[after.id, reason.sentence]] : [];
    }),
  );
}

/**
 * Which entry of an image's history each step made, by the steps' ids. A history tells no ids, so instructions and entries are
 * laid beside each other from the end: what comes before is the base image's.
 */
export function entriesOfSteps(
  outline: Outline,
  build: Build,
  history: readonly Pick<HistoryEntry, 'createdBy'>[],
): Map<string, number> {
  const found = new Map<string, number>();
  const entries = history.map(({ createdBy }) => wordsOf(createdBy));
  let at = entries.length - 1;
  for (const step of stepsOfImage(outline, build).reverse()) {
    const { keyword, text } = wordsOf(step.instruction);
    if (!MAKERS.has(keyword)) continue;
    while (at >= 0 && entries[at]?.keyword !== keyword) at--;
    // `WORKDIR /` is in the history and makes no step, so that one of the same words may stand before.
    const same = entries.findLastIndex(
      (entry, index) => index <= at && entry.keyword === keyword && entry.text === text,
    );
    const entry = same >= 0 && same > at - 4 ? same : at;
    if (entry < 0) break;
    found.set(step.id, entry);
    at = entry - 1;
  }
  return found;
}

/** The steps of the stage that the image is made of, after those of the stages that it starts from. */
function stepsOfImage(outline: Outline, { request, builder, steps }: Build): BuildStep[] {
  const { stages } = outline;
  const words = stageWords(outline);
  const target = request.target?.toLowerCase();
  let at = /^\d+$/.test(target ?? '')
    ? Number(target)
    : stages.findLastIndex(({ name }) => target === undefined || name === target);
  const found: BuildStep[] = [];
  for (;;) {
    const stage = stages[at];
    if (!stage) return found;
    const name = builder === 'buildkit' ? words[at] : (stage.name ?? String(at));
    const platform = steps.find((step) => step.stage === name)?.platform;
    const own = steps.filter((step) => step.stage === name && step.platform === platform);
    found.unshift(...own.sort((a, b) => (a.index ?? 0) - (b.index ?? 0)));
    const base = stage.base.toLowerCase();
    at = stages.findLastIndex(({ name }, index) => index < at && name === base);
  }
}

/**
 * The keyword of an instruction and its words, as they stand in a history: `RUN |1 A=1 /bin/sh -c make # buildkit`, of
 * the classic builder `/bin/sh -c make` and `/bin/sh -c #(nop) COPY file:… in /srv `.
 */
function wordsOf(createdBy: string): { keyword: string; text: string } {
  const plain = createdBy
    .replace(/\s+# buildkit$/, '')
    .replace(/^(?:\|\d+ .*? )?\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^(?:RUN )?(?:\|\d+ .*? )?\/bin\/sh -c /, 'RUN ')
    .replace(/\s+/g, ' ')
    .trim();
  const keyword = /^[A-Z]+(?= |$)/.exec(plain)?.[0] ?? 'RUN';
  return { keyword, text: plain };
}
