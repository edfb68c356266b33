import type { Container, Image } from '../../engine/model.ts';
import { splitTag } from '../../engine/reference.ts';
import type { SettingValue } from '../../manifest/settings.ts';
import { cell, count, formatAge, formatBytes, md, oneLine, shortId } from '../../util/format.ts';
import type { Row } from '../row.ts';
import type { Below } from './files.ts';
import { highlighted, matches } from './filter.ts';
import { naturalOrder } from '../../util/naturalOrder.ts';

export interface ImageOptions {
  readonly groupBy: SettingValue<'images.groupBy'>;
  readonly sortBy: SettingValue<'images.sortBy'>;
  readonly description: SettingValue<'images.description'>;
  readonly showDangling: boolean;
  readonly filter: string;
  /** Seconds since the epoch. */
  readonly now: number;
  readonly below?: Below;
}

/** One row's worth of an image: it has a row for each of its tags. */
export interface ImageTarget {
  readonly image: Image;
  /** `repository:tag`, or the image's id where it has no tag. */
  readonly reference: string;
}

function parts(image: Image, users: readonly Container[], now: number): Record<string, string> {
  return {
    size: formatBytes(image.size),
    age: formatAge(image.created, now),
    used: users.length ? 'in use' : '',
    id: shortId(image.id),
  };
}

function tooltip(image: Image, users: readonly Container[], now: number): string {
  const row = (name: string, value: string) => (value ? [`| ${name} | ${value} |`] : []);
  return [
    `**${md(image.tags[0] ?? shortId(image.id))}**`,
    '',
    '| | |',
    '|---|---|',
    ...row('Size', md(formatBytes(image.size))),
    ...row('Created', md(`${formatAge(image.created, now)} ago`)),
    ...row('Tags', image.tags.map(cell).join(', ')),
    ...row('Digests', image.digests.map(cell).join(', ')),
    ...row('Used by', users.map(({ name }) => cell(name)).join(', ')),
    ...row('ID', cell(shortId(image.id))),
    ...(image.odd ? ['', `⚠ ${md(image.odd)}`] : []),
  ].join('\n');
}

/** The rows of the Images view. Which images are in use follows from the containers. */
export function imageRows(
  images: readonly Image[],
  containers: readonly Container[],
  options: ImageOptions,
): Row[] {
  const users = new Map<string, Container[]>();
  for (const container of containers)
    users.set(container.imageId, [...(users.get(container.imageId) ?? []), container]);

  const toRow = (image: Image, reference: string, label: string, full = label): Row => {
    const using = users.get(image.id) ?? [];
    const words = parts(image, using, options.now);
    const description = options.description
      .map((name) => words[name])
      .filter(Boolean)
      .join('  ');
    const key = `image/${image.id}/${reference}`;
    const owner = { source: { kind: 'image', id: image.id }, name: reference, key } as const;
    return {
      key,
      noun: 'image',
      facts: [image.tags.length ? 'tagged' : 'dangling', ...(using.length ? ['used'] : [])],
      label,
      ...(full === label ? {} : { full }),
      ...highlighted(options.filter, label),
      description,
      icon: image.odd
        ? { id: 'question', color: 'problemsWarningIcon.foreground' }
        : { id: 'package', ...(using.length ? { color: 'charts.green' } : {}) },
      spoken: `${oneLine(reference)}, ${description}`,
      tooltip: () => tooltip(image, using, options.now),
      target: { image, reference } satisfies ImageTarget,
      ...(options.below ? { children: options.below(owner) } : {}),
    };
  };

  const entries = images.flatMap((image) =>
    image.tags.length
      ? image.tags.map((reference) => ({ image, reference, ...splitTag(reference) }))
      : options.showDangling
        ? [{ image, reference: image.id, repository: '', tag: shortId(image.id) }]
        : [],
  );
  type Entry = (typeof entries)[number];
  const byName = (a: Entry, b: Entry) => naturalOrder(a.reference, b.reference);
  const sorts: Record<ImageOptions['sortBy'], (a: Entry, b: Entry) => number> = {
    name: byName,
    created: (a, b) => b.image.created - a.image.created || byName(a, b),
    size: (a, b) => b.image.size - a.image.size || byName(a, b),
  };
  const shown = entries
    .filter(
      ({ reference, image }) => !options.filter || matches(options.filter, [reference, image.id]),
    )
    .sort(sorts[options.sortBy]);

  const nameOf = ({ reference, repository, tag }: Entry) =>
    oneLine(repository ? reference : `<none> ${tag}`);
  if (options.groupBy === 'none')
    return shown.map((entry) => toRow(entry.image, entry.reference, nameOf(entry)));
  const groups = new Map<string, Entry[]>();
  for (const entry of shown) {
    const group = groups.get(entry.repository);
    if (group) group.push(entry);
    else groups.set(entry.repository, [entry]);
  }
  return [...groups].map(([repository, members]): Row => {
    const label = oneLine(repository) || '<none>';
    const used = members.some(({ image }) => users.has(image.id));
    return {
      key: `repository/${repository}`,
      noun: 'repository',
      facts: [],
      label,
      ...highlighted(options.filter, label),
      description: repository
        ? count(members.length, 'tag')
        : count(members.length, 'dangling image'),
      icon: { id: 'folder-library', ...(used ? { color: 'charts.green' } : {}) },
      target: members.map(({ image, reference }): ImageTarget => ({ image, reference })),
      children: members.map((entry) =>
        toRow(entry.image, entry.reference, oneLine(entry.tag) || '<none>', nameOf(entry)),
      ),
    };
  });
}
