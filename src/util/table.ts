/**
 * A table by names that people write, and the tables in it: they have their own entries only, not what every object has,
 * such as `constructor`.
 */
export function table<T>(entries: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return bare(entries);
}

function bare<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const own = Object.entries(value).map(([name, entry]): [string, unknown] => [name, bare(entry)]);
  return Object.assign(Object.create(null), Object.fromEntries(own)) as T;
}
