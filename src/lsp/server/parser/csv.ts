/** The fields of one line of CSV as Go's encoding/csv reads it; undefined when it is none. */
export function readCsv(line: string): string[] | undefined {
  if (line === '') return undefined;
  const fields: string[] = [];
  let i = 0;
  for (;;) {
    if (line[i] !== '"') {
      const comma = line.indexOf(',', i);
      const field = line.slice(i, comma < 0 ? line.length : comma);
      if (field.includes('"')) return undefined;
      fields.push(field);
      if (comma < 0) return fields;
      i = comma + 1;
      continue;
    }
    let field = '';
    for (i++; ;) {
      const quote = line.indexOf('"', i);
      if (quote < 0) return undefined;
      field += line.slice(i, quote);
      i = quote + 1;
      if (line[i] !== '"') break;
      field += '"';
      i++;
    }
    fields.push(field);
    if (i >= line.length) return fields;
    if (line[i] !== ',') return undefined;
    i++;
  }
}
