import type { Image } from '../model.ts';
import { readFields, seconds } from './reader.ts';
import type { Raw, Reader } from './reader.ts';

/** Reads one entry of `GET /images/json`. Returns undefined only when it carries no id. */
export function imageFromList(entry: Raw): Image | undefined {
  const reader = readFields(entry);
  return imageOf(reader, reader.number('Created') ?? 0, reader.labels('Labels'), 'ParentId');
}

/** Reads the answer of `GET /images/{name}/json`, which has other names and types for some fields than the list. */
export function imageFromInspect(answer: Raw): Image | undefined {
  const notes: string[] = [];
  const reader = readFields(answer, notes);
  const labels = reader.inside('Config').labels('Labels');
  return imageOf(reader, seconds(reader.text('Created')) ?? 0, labels, 'Parent');
}

function imageOf(
  reader: Reader,
  created: number,
  labels: Readonly<Record<string, string>>,
  parentField: string,
): Image | undefined {
  const id = reader.text('Id');
  if (!id) return undefined;
  return {
    kind: 'image',
    id,
    tags: references(reader, 'RepoTags'),
    digests: withTagged(id, references(reader, 'RepoTags'), references(reader, 'RepoDigests')),
    created,
    size: reader.number('Size') ?? 0,
    labels,
    // Podman writes this one id without its prefix.
    parentId: reader.text(parentField).replace(/^(?=[0-9a-f]{64}$)/, 'sha256:') || undefined,
    odd: reader.remarks(),
  };
}

/**
 * Where containerd keeps the images, an image's id is its digest, by which each of its names knows it. A list of those engines
 * tells of one name only, an inspect of all.
 */
function withTagged(
  id: string,
  tags: readonly string[],
  digests: readonly string[],
): readonly string[] {
  if (!digests.some((digest) => digest.endsWith(`@${id}`))) return digests;
  const named = tags.map((tag) => `${tag.replace(/:[^:/]*$/, '')}@${id}`);
  return [...new Set([...digests, ...named])].sort();
}

/** Engines before 25 write `<none>:<none>` and `<none>@<none>` where newer ones write nothing. */
function references(reader: Reader, field: string): readonly string[] {
  return reader
    .strings(field)
    .filter((reference) => reference && !reference.includes('<none>'))
    .sort();
}
