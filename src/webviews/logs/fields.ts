/** A field of a JSON line: its name, those of nested objects joined by dots, and its value as text. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** Fields that are taken out of a line at most, and how deep. */
const MOST = 200;
const DEEPEST = 4;

/** What may be a number of more digits than JavaScript's numbers hold. */
const LONG = /[\d.]{16}/;
const STRINGS_AND_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** JSON with its long numbers as strings: of an id of 64 bits the last digits matter, too. */
const withExact = (text: string): string =>
  text.replace(STRINGS_AND_NUMBERS, (found) =>
    found.startsWith('"') || found.replace(/\D/g, '').length < 16 ? found : `"${found}"`,
  );

/** The fields of a line that is an object of JSON; none when it is something else. */
export function fieldsOf(text: string): readonly Field[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
    if (LONG.test(text)) value = JSON.parse(withExact(text));
  } catch {
    // It was cut, or is none.
    return [];
  }
  const fields: Field[] = [];
  const add = (name: string, value: unknown, depth: number): void => {
    if (fields.length >= MOST) return;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < DEEPEST) {
      for (const [key, inner] of Object.entries(value))
        add(name === '' ? key : `${name}.${key}`, inner, depth + 1);
      return;
    }
    fields.push({ name, value: typeof value === 'string' ? value : JSON.stringify(value) });
  };
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) add('', value, 0);
  return fields;
}

const MESSAGES = ['message', 'msg', '@message', 'event', 'text', 'log', 'short_message'];
/** Said by the columns of a line already. */
const SAID =
  /^(?:@?timestamp|time|ts|t|asctime|@?level|lvl|severity|levelname|loglevel|log\.level|level_name|level_value)$/i;

/** A JSON line in short: its message, and the other fields but for time and level. */
export interface Summary {
  readonly message: string;
  readonly rest: readonly Field[];
}

/** Fields that stand beside the message of a folded line. */
const MOST_BESIDE = 12;

/** What is shown of a line's fields while it is folded; undefined when none of them is its message. */
export function summaryOf(fields: readonly Field[]): Summary | undefined {
  const name = MESSAGES.find((message) => fields.some((field) => field.name === message));
  const message = fields.find((field) => field.name === name)?.value;
  if (message === undefined) return undefined;
  const rest = fields.filter((field) => field.name !== name && !SAID.test(field.name));
  return { message, rest: rest.slice(0, MOST_BESIDE) };
}
