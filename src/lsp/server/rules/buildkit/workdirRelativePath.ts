import type { Dockerfile } from '../../model/dockerfile.ts';
import { parsePlatform } from '../../model/platform.ts';
import { spanWithin } from '../../model/pieces.ts';
import type { Stage } from '../../parser/tree.ts';
import { withdrawUnset } from '../imageVariables.ts';
import type { Finding, Rule } from '../rule.ts';
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
  check: relative,
  checkImages: (file, images) => withdrawUnset(file, images, relative(file)),
};

function* relative(file: Dockerfile): Generator<Finding> {
  const { tree } = file;
  const scopes = file.scopes();
  const set: boolean[] = [];
  const windows: boolean[] = [];
  for (const stage of tree.stages) {
    const base = scopes.base(stage);
    windows.push(base < 0 ? isWindows(file, stage) : (windows[base] ?? false));
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

function isWindows(file: Dockerfile, stage: Stage): boolean {
  const { platform, image } = file.scopes().from(stage);
  if (!platform || platform.error || image?.value === 'scratch') return false;
  return parsePlatform(platform.value)?.os === 'windows';
}

/** As BuildKit's system.IsAbs: Windows has the drive C alone and takes slashes of both kinds. */
function isAbsolute(path: string, windows: boolean | undefined): boolean {
  if (!windows) return path.startsWith('/');
  const drive = /^([A-Za-z]):/.exec(path)?.[1];
  if (drive !== undefined && drive.toLowerCase() !== 'c') return false;
  return /^[\\/]/.test(drive === undefined ? path : path.slice(2));
}
