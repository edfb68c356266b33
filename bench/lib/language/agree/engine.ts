import { ask } from '../../../../scripts/lib/process.ts';
import { lint } from '../../../../src/engine/buildkit/subrequests.ts';
import { connect } from '../../../../src/engine/client.ts';
import { BASE_IMAGE, ensureBaseImage } from '../../../../test/engine/bed/base.ts';
import type { Said } from './said.ts';

/** What the engine's own frontend says of texts. */
export interface Oracle {
  readonly version: string;
  /** Undefined where it can't tell, for an image that isn't there and can't be made. */
  readonly say: (text: string) => Promise<Said | undefined>;
  readonly close: () => void;
}

/** @throws Error for an engine without the subrequest, which Docker has from 27 on */
export async function openOracle(url: string): Promise<Oracle> {
  const socket = url.slice('unix://'.length);
  await ensureBaseImage(socket);
  const client = await connect({ name: 'bed', url, source: 'bench', host: 'localhost' });
  const version = JSON.parse((await ask(socket, 'GET', '/version')).body) as { Version: string };

  const say = async (text: string): Promise<Said | undefined> => {
    // Nothing can be pulled: what a text starts from is one image by another name.
    for (let tries = 0; tries < 10; tries++) {
      const found = await lint(client, { text });
      if (!found)
        throw new Error('this engine checks no Dockerfiles; take STEVEDORE_NEW_ENGINE=sid');
      const { warnings, error } = found;
      const missing = /failed to resolve source metadata for (\S+): /.exec(
        error?.message ?? '',
      )?.[1];
      if (missing === undefined)
        return {
          warnings: warnings.map(({ rule, lines }) => `${rule}:${lines?.[0] ?? 0}`),
          error: error?.message,
          lines: error?.lines ? [error.lines[0]] : [],
        };
      if (!(await name(missing))) return undefined;
    }
    return undefined;
  };
  const named = new Set<string>();
  /** Gives the image another name; false where it can't have it, or has it to no avail. */
  const name = async (reference: string): Promise<boolean> => {
    const [, repo = '', tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(reference) ?? [];
    if (reference.includes('@') || named.has(reference)) return false;
    named.add(reference);
    const query = new URLSearchParams({ repo, tag }).toString();
    return (await ask(socket, 'POST', `/images/${BASE_IMAGE}/tag?${query}`)).status === 201;
  };
  return { version: version.Version, say, close: () => client.close() };
}
