import type { Recipe, Value } from './model.ts';

type Tree = { [name: string]: Value | Tree };

/**
 * A Compose file with one service that makes such a container. Networks and volumes that exist are used as they are; what
 * Compose has no word for is said in comments.
 */
export function composeFile(recipe: Recipe): string {
  const { choices, networks, volumes } = recipe;
  const service: Tree = { image: recipe.image };
  if (recipe.service === recipe.name) service['container_name'] = recipe.name;
  if (recipe.entrypoint) service['entrypoint'] = recipe.entrypoint;
  if (recipe.command) service['command'] = recipe.command;
  for (const { path, value } of choices) if (path !== 'told') put(service, path, value);
  const existing = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, { external: true }]));
  const file: Tree = {
    services: { [recipe.service]: service },
    ...(networks.length > 0 && { networks: existing(networks) }),
    ...(volumes.length > 0 && { volumes: existing(volumes) }),
  };
  const lacking = choices
    .filter(({ path }) => path.length === 0)
    .map(
      ({ flag, args }) => `# Compose has no ${[flag, ...(args === true ? [] : args)].join(' ')}.\n`,
    );
  return `${lacking.join('')}${block(file, '')}`;
}

/** Puts a value where its path leads; lists that meet there are one. */
function put(tree: Tree, path: readonly string[], value: Value): void {
  const [name, ...rest] = path;
  if (name === undefined) return;
  const there = tree[name];
  if (rest.length > 0) {
    const inner = (there ?? {}) as Tree;
    tree[name] = inner;
    put(inner, rest, value);
  } else tree[name] = Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value;
}

/** YAML in block style; every text that could be read as anything else is in double quotes, which are JSON's. */
function block(value: Value | Tree, indent: string): string {
  if (Array.isArray(value))
    return value.map((one: Value) => `${indent}- ${inItem(one, indent)}`).join('');
  return Object.entries(value)
    .map(([name, inner]) => {
      const key = `${indent}${text(name)}:`;
      if (typeof inner !== 'object') return `${key} ${scalar(inner)}\n`;
      const empty = Array.isArray(inner) ? '[]' : '{}';
      return Object.keys(inner).length === 0
        ? `${key} ${empty}\n`
        : `${key}\n${block(inner, `${indent}  `)}`;
    })
    .join('');
}

/** An item begins on the line of its dash. */
const inItem = (value: Value, indent: string): string =>
  typeof value === 'object' ? block(value, `${indent}  `).trimStart() : `${scalar(value)}\n`;

function scalar(value: string | number | boolean): string {
  // Compose reads a dollar as the beginning of a variable.
  return typeof value === 'string' ? text(value.replaceAll('$', '$$$$')) : String(value);
}

function text(words: string): string {
  const word = /^(true|false|yes|no|on|off|null|y|n)$/i;
  if (/^[A-Za-z/.][\w./@+-]*$/.test(words) && !word.test(words)) return words;
  // YAML takes fewer characters as they are than JSON does.
  return JSON.stringify(words).replace(
    /[\u007f-\u009f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
