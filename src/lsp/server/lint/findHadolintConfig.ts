import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isAbsent } from '../../../util/absent.ts';
import { demandFile } from '../../../util/demandFile.ts';
import { reasonOf } from '../../../util/reasonOf.ts';
import type { ConfigProblem, HadolintConfig } from './hadolintConfig.ts';
import { NO_HADOLINT_CONFIG } from './hadolintConfig.ts';

/** Where hadolint looks for a configuration beside the folders of the file. */
export interface Homes {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

export interface FoundConfig {
  /** Undefined when there is no configuration. */
  readonly path: string | undefined;
  readonly config: HadolintConfig;
  readonly problems: readonly ConfigProblem[];
}

const HIDDEN: readonly string[] = ['.hadolint.yaml', '.hadolint.yml'];
const VISIBLE: readonly string[] = ['hadolint.yaml', 'hadolint.yml'];
const FURTHER: readonly string[] = ['config.yaml', 'config.yml'];

/**
 * The configuration that holds for a Dockerfile in `folder`: that of the nearest folder up to `top` (to the root without
 * it), else the user's own where hadolint 2.15 keeps it: $XDG_CONFIG_HOME or ~/.config, ~/.hadolint, ~. What is there but
 * can't be read becomes a problem. Never rejects.
 */
export async function findHadolintConfig(
  folder: string,
  homes: Homes,
  top?: string,
): Promise<FoundConfig> {
  for (const path of candidates(folder, homes, top)) {
    try {
      await demandFile(path);
      return { path, ...(await readHadolintConfig(path)) };
    } catch (error) {
      if (isAbsent(error)) continue;
      const message = `This configuration can't be read: ${reasonOf(error)}.`;
      const problem = { message, start: 0, end: 0, line: 1, column: 1 };
      return { path, config: NO_HADOLINT_CONFIG, problems: [problem] };
    }
  }
  return { path: undefined, config: NO_HADOLINT_CONFIG, problems: [] };
}

/** Reads a configuration with what is wrong in it. Throws what reading the file throws. */
export async function readHadolintConfig(path: string): Promise<Omit<FoundConfig, 'path'>> {
  const text = await readFile(path, 'utf8');
  // Most files have no configuration, and need nothing that reads YAML.
  const { parseHadolintConfig } = await import('./parseHadolintConfig.ts');
  return parseHadolintConfig(text);
}

/** Where a configuration may be, the nearest first. */
function* candidates(folder: string, { env, home, platform }: Homes, top?: string) {
  for (let at = folder; ; at = dirname(at)) {
    for (const name of HIDDEN) yield join(at, name);
    if (at === top || at === dirname(at)) break;
  }
  const windows = platform === 'win32';
  const appData = env['APPDATA'] ?? join(home, 'AppData', 'Roaming');
  const xdg = env['XDG_CONFIG_HOME'];
  const config = windows ? appData : xdg && xdg !== '' ? xdg : join(home, '.config');
  for (const name of VISIBLE) yield join(config, name);
  const data = windows ? join(appData, 'hadolint') : join(home, '.hadolint');
  for (const name of [...VISIBLE, ...FURTHER]) yield join(data, name);
  for (const name of HIDDEN) yield join(windows ? join(home, 'Documents') : home, name);
}
