import type { Outline, OutlineInstruction, OutlineStage } from '../../util/dockerfileOutline.ts';

type Lines = readonly [number, number];

/** Instructions that make a step of a build, whose result is kept. */
const STEPS = new Set(['RUN', 'COPY', 'ADD', 'WORKDIR']);
/** Those that change what later RUNs see, without a step of their own. */
const SETTINGS = new Set(['ENV', 'ARG', 'USER', 'SHELL']);

/** What of a stage differs at some point of it, if an instruction before was changed. */
interface Difference {
  /** The files, so that everything after is built anew. */
  files: boolean;
  /** What RUN is run with; a COPY after it is still the same. */
  settings: boolean;
  /** Names of variables whose value differs. */
  variables: Set<string>;
}

/**
 * The instructions that a build has to run again, at the most, if the one at `line` is changed: the steps after it in its
 * stage, and those of stages that start from it or copy from it. Labels, ports and commands change no step. The
 * instruction itself is not among them.
 * @param line counted from 1; nothing is found where no instruction is
 * @returns first and last line of each, in the order of the file
 */
export function rebuiltBy({ stages }: Outline, line: number): Lines[] {
  const isAt = ({ lines: [first, last] }: OutlineInstruction) => first <= line && line <= last;
  if (!stages.some(({ from, instructions }) => [from, ...instructions].some(isAt))) return [];
  const found: Lines[] = [];
  const ends: Difference[] = [];
  stages.forEach((stage, index) => {
    const difference = differenceOf(stage, stages.slice(0, index), ends);
    if (isAt(stage.from)) difference.files = true;
    for (const instruction of stage.instructions) {
      if (isAt(instruction)) change(instruction, difference);
      else if (differs(instruction, difference, stages.slice(0, index), ends)) {
        found.push(instruction.lines);
        difference.files = true;
      }
    }
    ends.push(difference);
  });
  return found;
}

function differenceOf(
  { base }: OutlineStage,
  before: readonly OutlineStage[],
  ends: readonly Difference[],
): Difference {
  const start = ends[stageIndex(base, before)];
  return {
    files: start?.files ?? false,
    settings: start?.settings ?? false,
    variables: new Set(start?.variables),
  };
}

/** The last of a name counts. */
function stageIndex(name: string, stages: readonly OutlineStage[]): number {
  return stages.findLastIndex((stage) => stage.name === name.toLowerCase());
}

function change({ keyword, text }: OutlineInstruction, difference: Difference): void {
  if (STEPS.has(keyword)) difference.files = true;
  if (!SETTINGS.has(keyword)) return;
  difference.settings = true;
  if (keyword !== 'ENV' && keyword !== 'ARG') return;
  const rest = text.slice(keyword.length).trim();
  const names = [...rest.matchAll(/(?:^|\s)([A-Za-z_]\w*)(?==|\s|$)/g)].map(
    ([, name = '']) => name,
  );
  // `ENV NAME the value` has one name only.
  const all = /^\w+\s/.test(rest) && keyword === 'ENV' ? names.slice(0, 1) : names;
  for (const name of all) difference.variables.add(name);
}

function differs(
  instruction: OutlineInstruction,
  { files, settings, variables }: Difference,
  before: readonly OutlineStage[],
  ends: readonly Difference[],
): boolean {
  const { keyword, text } = instruction;
  if (!STEPS.has(keyword)) return false;
  if (files || (keyword === 'RUN' && settings)) return true;
  if ([...text.matchAll(/\$\{?(\w+)/g)].some(([, name = '']) => variables.has(name))) return true;
  return sourcesOf(instruction).some((name) => {
    const index = /^\d+$/.test(name) ? Number(name) : stageIndex(name, before);
    return ends[index]?.files ?? false;
  });
}

/** The stages that `COPY --from=` and `RUN --mount=…,from=` take files of. */
function sourcesOf({ keyword, text }: OutlineInstruction): string[] {
  const flags = text.slice(keyword.length).match(/^(?:\s+--\S+)*/)?.[0] ?? '';
  return [...flags.matchAll(/--from=(\S+)|--mount=(\S+)/g)].flatMap(([, from, mount]) => {
    if (from !== undefined) return [from];
    const [, source] = /(?:^|,)from=([^,]+)/.exec(mount ?? '') ?? [];
    return source === undefined ? [] : [source];
  });
}
