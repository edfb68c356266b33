/** A JSON object whose fields nobody vouches for. */
export type Raw = Readonly<Record<string, unknown>>;

/**
 * Reads the fields of one object of an answer. What is missing reads as empty; what has the wrong type reads as empty
 * too and is noted, so that one malformed field costs that field and nothing else.
 */
export interface Reader {
  text(field: string): string;
  number(field: string): number | undefined;
  flag(field: string): boolean;
  /** Strings of an array; entries of other types are left out and noted. */
  strings(field: string): readonly string[];
  /** String values by key; values of other types are left out and noted. */
  labels(field: string): Readonly<Record<string, string>>;
  /** Objects of an array; other entries are left out and noted. */
  objects(field: string): readonly Raw[];
  object(field: string): Raw | undefined;
  /** A reader of an object in this one, whose remarks are this one's too. */
  inside(field: string): Reader;
  /** Adds a remark of the caller's own. */
  note(remark: string): void;
  /** All remarks in one line, undefined when everything was as documented. */
  remarks(): string | undefined;
}

/** Whether `value` is a JSON object: neither null nor an array. */
export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON value as an object; an empty one where it is none. */
export const record = (value: unknown): Raw => (isRaw(value) ? value : {});

/** A JSON value as a list of objects; empty where it is none. */
export const records = (value: unknown): Raw[] => (Array.isArray(value) ? value.map(record) : []);

/** A JSON value as text; undefined where it is none, or empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;

/**
 * Makes a reader of `value`, which reads as an empty object where it is none. `notes` lets the reader of another object add to
 * the remarks of the first one. Never throws, whatever `value` holds.
 */
export function readFields(value: unknown, notes: string[] = [], prefix = ''): Reader {
  const raw = record(value);
  const note = (remark: string) => {
    if (!notes.includes(remark)) notes.push(remark);
  };
  const wrong = (field: string, wanted: string) => note(`${prefix}${field} is not ${wanted}`);

  function typed<T>(field: string, wanted: string, is: (value: unknown) => value is T) {
    const value = raw[field];
    if (value === undefined || value === null) return undefined;
    if (is(value)) return value;
    wrong(field, wanted);
    return undefined;
  }

  function array<T>(field: string, wanted: string, is: (value: unknown) => value is T) {
    const values = typed(field, 'a list', Array.isArray) ?? [];
    const good = values.filter((value: unknown) => is(value));
    if (good.length < values.length) wrong(field, `a list of ${wanted}`);
    return good;
  }

  return {
    text: (field) => typed(field, 'text', isText) ?? '',
    number: (field) => typed(field, 'a number', isNumber),
    flag: (field) => typed(field, 'a boolean', isFlag) ?? false,
    strings: (field) => array(field, 'texts', isText),
    objects: (field) => array(field, 'objects', isRaw),
    object: (field) => typed(field, 'an object', isRaw),
    inside: (field) => readFields(typed(field, 'an object', isRaw), notes, `${prefix}${field}.`),
    labels(field) {
      const entries = Object.entries(typed(field, 'an object', isRaw) ?? {});
      const good = entries.filter((entry): entry is [string, string] => isText(entry[1]));
      if (good.length < entries.length) wrong(field, 'all texts');
      // fromEntries defines own properties, so a label named __proto__ stays a label.
      return Object.fromEntries(good);
    },
    note,
    remarks: () => (notes.length ? notes.join('; ') : undefined),
  };
}

/** Seconds since the epoch of an ISO 8601 time such as the engine writes, undefined when it is unset or unreadable. */
export function seconds(time: string): number | undefined {
  const ms = Date.parse(time);
  // Go's zero time, year 1, means "never".
  return Number.isNaN(ms) || ms <= 0 ? undefined : Math.floor(ms / 1000);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}
