/** One line of comma-separated values, as buildx and BuildKit read options (Go's encoding/csv). */
export function csv(fields: readonly string[]): string {
  return fields
    .map((field) => (/[",\r\n]|^\s/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

/** `type=…` and the attributes of an option, in one such line. */
export const typed = ({
  type,
  attrs,
}: {
  readonly type: string;
  readonly attrs: Readonly<Record<string, string>>;
}): string =>
  csv([`type=${type}`, ...Object.entries(attrs).map(([name, value]) => `${name}=${value}`)]);

/** What stands between commas: a field in double quotes keeps its own. */
export const fromCsv = (text: string): string[] =>
  (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []).map((field) =>
    field.replace(/"((?:[^"]|"")*)"/g, (_, inner: string) => inner.replaceAll('""', '"')).trim(),
  );
