import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isAbsent } from '../../../util/absent.ts';
import { draftName } from '../../../util/draft.ts';
import { EngineError } from '../../errors.ts';
import { filesError } from '../../files.ts';
import { isRaw, readFields } from '../../mapping/reader.ts';
import type { Raw } from '../../mapping/reader.ts';
import { parseDigest } from './digest.ts';

/** By what a manifest of an index is called (image-spec, annotations.md; containerd's own for whole names). */
const TAG = 'org.opencontainers.image.ref.name';
const NAME = 'io.containerd.image.name';

/** Bytes; the specification has manifests of 4 MiB at the most. */
const LARGEST = 16 * 1024 * 1024;

/** Behind no link, and without waiting for somebody who writes to a pipe; Windows knows neither. */
const READING = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * The digest of what a layout's index calls `tag`: a whole name counts before a tag.
 * @param only whether the only manifest of the index is meant, too, where none is called so
 * @returns undefined where the folder has no index, and where nothing is called so
 * @throws EngineError that names the file, for an index that cannot be read
 */
export async function findManifest(
  root: string,
  tag: string,
  only = false,
): Promise<string | undefined> {
  const manifests = readFields(readIndex(root) ?? {}).objects('manifests');
  const called = (annotation: string) =>
    manifests.find((one) => annotationsOf(one)[annotation] === tag);
  const found = called(NAME) ?? called(TAG) ?? (only ? single(manifests) : undefined);
  const digest = found && readFields(found).text('digest');
  return digest && parseDigest(digest) ? digest : undefined;
}

/**
 * Enters a manifest into a layout's index under a tag, in the place of what was called so; the rest of the index stays. It
 * is replaced as a whole, so that whoever reads it meanwhile reads the old one or the new one, and without a pause in which
 * another build of ours could enter something that would be lost.
 * @param descriptor as the builder has it, with `digest`, `size` and `mediaType`
 * @throws EngineError that names the file
 */
export async function putManifest(root: string, descriptor: Raw, tag: string): Promise<void> {
  const index = readIndex(root) ?? {};
  const others = readFields(index)
    .objects('manifests')
    .filter((one) => annotationsOf(one)[TAG] !== tag || annotationsOf(one)[NAME] !== undefined);
  const entered = { ...descriptor, annotations: { ...annotationsOf(descriptor), [TAG]: tag } };
  replace(join(root, 'oci-layout'), { imageLayoutVersion: '1.0.0' });
  replace(join(root, 'index.json'), {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    ...index,
    manifests: [...others, entered],
  });
}

/** @returns undefined where there is none */
function readIndex(root: string): Raw | undefined {
  const path = join(root, 'index.json');
  let text: string;
  try {
    const file = openSync(path, READING);
    try {
      if (fstatSync(file).size > LARGEST) throw new Error('it is too large for an index');
      text = readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw filesError(error, `“${path}” could not be read`);
  }
  const index = parsed(text);
  if (index) return index;
  throw new EngineError('bad-request', `“${path}” is no index of an OCI image layout.`);
}

function parsed(text: string): Raw | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRaw(value) ? value : undefined;
  } catch {
    // The caller names the file.
    return undefined;
  }
}

const single = (manifests: readonly Raw[]) => (manifests.length === 1 ? manifests[0] : undefined);

const annotationsOf = (descriptor: Raw): Readonly<Record<string, string>> =>
  readFields(descriptor).labels('annotations');

function replace(path: string, value: object): void {
  const draft = join(dirname(path), draftName());
  try {
    writeFileSync(draft, JSON.stringify(value), { flag: 'wx' });
    const there = lstatSync(path, { throwIfNoEntry: false });
    if (there?.isDirectory()) throw new Error('it is a directory');
    renameSync(draft, path);
  } catch (error) {
    throw filesError(error, `“${path}” could not be written`);
  } finally {
    rmSync(draft, { force: true });
  }
}
