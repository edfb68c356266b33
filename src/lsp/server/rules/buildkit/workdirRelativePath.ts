import type { Dockerfile } from '../../model/dockerfile.ts';
import { parsePlatform } from '../../model/platform.ts';
import { spanWithin } from '../../model/pieces.ts';
import type { ImageFacts } from '../../../../util/imageRequest.ts';
import type { Stage } from '../../parser/tree.ts';
import { instructionAt } from '../../parser/tree.ts';
import { withdrawUnset, withdrawWhere } from '../imageVariables.ts';
import type { Finding, KnownImages, Rule } from '../rule.ts';
import { at } from './support.ts';
import { replace } from '../edits.ts';

export const workdirRelativePath: Rule = {
  id: 'WorkdirRelativePath',
  same: 'DL3000',
  severity: 'warning',
  title: 'The first WORKDIR should be absolute',
  why: 'A relative path starts from the working directory of the base image, which may change with the next version of it. After an absolute `WORKDIR`, also one in the stage that a stage starts from, relative ones are fine.',
  examples: [
    { bad: 'FROM nginx\nWORKDIR app\n', good: 'FROM nginx\nWORKDIR /app\n', fixed: true },
    { bad: 'FROM nginx\nWORKDIR ./app\n', good: 'FROM nginx\nWORKDIR /app\n', fixed: true },
  ],
  check: (file) => relative(file, false),
  checkImages,
};

/** Withdraws what hangs on variables of the image, and paths that are absolute on Windows where that is what is built for. */
async function checkImages(file: Dockerfile, images: KnownImages): Promise<Finding[]> {
  const found = [...relative(file, false)];
  const unset = await withdrawUnset(file, images, found);
  const onWindows = new Set(Array.from(relative(file, true), ({ span }) => span.start));
  const doubtful = found.filter(({ span }) => !onWindows.has(span.start));
  if (doubtful.length === 0) return unset;
  if (osOf(await images.platform()) === 'windows')
    return [...unset, ...doubtful.map((one) => ({ ...one, fixes: [], withdraws: true as const }))];
  const inStages = doubtful.flatMap((one) => {
    const stage = file.tree.stages[instructionAt(file.tree, one.span.start)?.stage ?? -1];
    return stage ? [{ finding: one, stage }] : [];
  });
  const ofWindows = ({ platforms = [] }: ImageFacts) =>
    platforms.length > 0 && platforms.every((platform) => osOf(platform) === 'windows');
  return [...unset, ...(await withdrawWhere(file, images, inStages, ofWindows))];
}

const osOf = (platform = '') => parsePlatform(platform)?.os;

/** @param onWindows whether a stage whose platform isn't given is built there */
function* relative(file: Dockerfile, onWindows: boolean): Generator<Finding> {
  const { tree } = file;
  const scopes = file.scopes();
  const set: boolean[] = [];
  const windows: boolean[] = [];
  for (const stage of tree.stages) {
    const base = scopes.base(stage);
    windows.push(base < 0 ? isWindows(file, stage, onWindows) : (windows[base] ?? false));
    let known = base >= 0 && set[base] === true;
    for (const { instruction, place, expanded } of scopes.steps(stage)) {
      const [path] = expanded;
      if (instruction.name !== 'WORKDIR' || !path) continue;
      const { piece, expansion } = path;
      if (!known && !expansion.error && !isAbsolute(expansion.value, windows[stage.index]))
        yield at(place, finding(piece.text, spanWithin(piece, 0, piece.text.length)));
      known = true;
    }
    set.push(known);
  }
}

function finding(text: string, span: Finding['span']): Finding {
  const lead = /^["']?(?:\.\/+)?/.exec(text)?.[0] ?? '';
  const quote = /^["']/.test(lead) ? 1 : 0;
  const change = { start: span.start + quote, end: span.start + lead.length };
  // A drive letter makes it a path of Windows, which no slash in front can mend.
  const fixes = /^["']?[A-Za-z]:/.test(text) ? [] : [replace('Write it from /', change, '/')];
  return {
    span,
    message: `${text.slice(0, 80)} starts from the base image’s working directory, which may change. Write an absolute path.`,
    fixes,
  };
}

function isWindows(file: Dockerfile, stage: Stage, otherwise: boolean): boolean {
  const { platform, image } = file.scopes().from(stage);
  if (image?.value === 'scratch' || platform?.error) return false;
  return platform ? osOf(platform.value) === 'windows' : otherwise;
}

/** As BuildKit's system.IsAbs: Windows has the drive C alone and takes slashes of both kinds. */
function isAbsolute(path: string, windows: boolean | undefined): boolean {
  if (!windows) return path.startsWith('/');
  const drive = /^([A-Za-z]):/.exec(path)?.[1];
  if (drive !== undefined && drive.toLowerCase() !== 'c') return false;
  return /^[\\/]/.test(drive === undefined ? path : path.slice(2));
}
