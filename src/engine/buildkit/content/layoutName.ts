/** What a named context begins with that is an image of an OCI layout. */
export const LAYOUT = 'oci-layout://';

/** `oci-layout://folder:tag@digest`, taken apart. */
export interface LayoutName {
  readonly root: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** Reads a context as buildx does, but that a folder's path may have colons: a tag has no slash and follows the last one. */
export function parseLayout(source: string): LayoutName {
  const rest = source.slice(LAYOUT.length);
  const [, before = rest, digest] = /^([^]*)@([a-z0-9]+:[0-9a-f]+)$/.exec(rest) ?? [];
  // A colon after one letter is that of a drive.
  const [, root = before, tag] = /^([^]{2,}):(\w[\w.-]{0,127})$/.exec(before) ?? [];
  return { root, tag, digest };
}

/** Gives a context of a layout another folder. */
export function withRoot(source: string, change: (root: string) => string): string {
  const { root, tag, digest } = parseLayout(source);
  return `${LAYOUT}${change(root)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
