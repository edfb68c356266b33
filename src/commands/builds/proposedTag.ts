import { basename, dirname } from 'node:path';

/** A text in the letters that the name of an image may have. */
const asName = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

/**
 * A tag made of the names of the folder, of the Dockerfile where that has one of its own, and of the stage: what several files
 * of a folder build should not take each other's tag.
 */
export function proposedTag(file: string, stage: string): string {
  const folder = asName(basename(dirname(file)));
  const [, before, behind] =
    /^(?:(.+)\.)?(?:Docker|Container)file(?:\.(.+))?$/i.exec(basename(file)) ?? [];
  const own = asName(behind ?? before ?? '');
  const name = [folder, ...(own === folder ? [] : [own])].filter(Boolean).join('-');
  return `${name || 'image'}:${/^\w[\w.-]{0,127}$/.test(stage) ? stage : 'latest'}`;
}
