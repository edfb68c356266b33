import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One place that apt fetches binary packages from. */
export interface AptSource {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of the key ring, when the source names one. */
  readonly signedBy?: string;
}

/** Reads the one-line format of sources.list(5); lines that are no binary source are left out. */
export function parseOneLine(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<rest>[^#]*)/.exec(line);
    if (!match?.groups) continue;
    const [uri, suite, ...components] = (match.groups['rest'] ?? '').trim().split(/\s+/);
    if (!uri || !suite) continue;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(match.groups['options'] ?? '')?.[1];
    sources.push({
      uri: uri.replace(/\/+$/, ''),
      suites: [suite],
      components,
      ...keyring(signedBy),
    });
  }
  return sources;
}

/** Reads the deb822 format of sources.list(5): stanzas, comments between fields, continued lines, `Enabled: no`. */
export function parseDeb822(text: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const stanza of text.split(/\n[ \t]*\n/)) {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue;
      const field = /^([A-Za-z-]+):(.*)$/.exec(line);
      if (field) {
        last = (field[1] ?? '').toLowerCase();
        fields.set(last, (field[2] ?? '').trim());
      } else if (last && /^\s/.test(line)) {
        fields.set(last, `${fields.get(last) ?? ''} ${line.trim()}`);
      }
    }
    const words = (name: string): string[] =>
      (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '');
    if (!words('types').includes('deb') || /^(no|false|0)$/i.test(fields.get('enabled') ?? ''))
      continue;
    for (const uri of words('uris')) {
      sources.push({
        uri: uri.replace(/\/+$/, ''),
        suites: words('suites'),
        components: words('components'),
        ...keyring(fields.get('signed-by')),
      });
    }
  }
  return sources;
}

/** A key may also stand in the file itself; only a path can be named in a source of our own. */
function keyring(signedBy: string | undefined): { signedBy?: string } {
  return signedBy?.startsWith('/') ? { signedBy } : {};
}

/**
 * The mirror that serves Debian's `main`: the first source that has the release `codename` (or `stable`) itself,
 * not its updates or security archive. Undefined when there is none, as on Ubuntu.
 */
export function mainMirror(sources: readonly AptSource[], codename: string): AptSource | undefined {
  return sources.find(
    (source) =>
      source.components.includes('main') &&
      source.suites.some((suite) => suite === codename || suite === 'stable') &&
      !/security/.test(source.uri),
  );
}

/** All sources of this machine, in apt's own order: sources.list, then sources.list.d. */
export async function readSources(etc = '/etc/apt'): Promise<AptSource[]> {
  const sources = parseOneLine(await readOr(join(etc, 'sources.list')));
  const parts = join(etc, 'sources.list.d');
  for (const name of (await namesIn(parts)).sort()) {
    const text = await readOr(join(parts, name));
    if (name.endsWith('.list')) sources.push(...parseOneLine(text));
    if (name.endsWith('.sources')) sources.push(...parseDeb822(text));
  }
  return sources;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch {
    // A machine may do without the directory; then it adds no source.
    return [];
  }
}

async function readOr(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // Debian 12 has no sources.list and Debian 11 no deb822 files: an absent file adds no source.
    return '';
  }
}
