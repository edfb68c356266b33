import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { Checks } from './checks.ts';
import type { Parsed } from './documents.ts';
import type { UrlOf } from './features/diagnostics.ts';
import { diagnosticsOf } from './features/diagnostics.ts';
import type { IgnoreFeatures } from './features/ignore/ignore.ts';
import type { Images } from './features/images.ts';
import type { Reported } from './lint/lint.ts';
import type { Other } from './on.ts';
import type { Runtime } from './runtime.ts';
import type { SettingsReader } from './settingsReader.ts';

interface World {
  readonly parsedOf: (uri: string) => Parsed | undefined;
  readonly otherOf: (uri: string) => Other | undefined;
  /** The version that a document has now. */
  readonly versionOf: (uri: string) => number | undefined;
  readonly settings: SettingsReader;
  readonly checks: Checks;
  readonly ignore: IgnoreFeatures;
  readonly images: Images;
  readonly runtime: Runtime;
  readonly urlOf: UrlOf;
  readonly send: (params: PublishDiagnosticsParams) => Promise<void>;
  readonly note: (text: string) => void;
}

interface Publish {
  /** Sends what is found in a document at once, then again with what takes longer; nothing once it isn't current. */
  publish(uri: string, isCurrent: () => boolean): Promise<void>;
  drop(uri: string): void;
}

/** Makes diagnostics of Dockerfiles and ignore files. */
export function createPublish(world: World): Publish {
  const { checks, images, runtime } = world;
  /** The documents of which it has been told that features are off. */
  const noted = new Set<string>();
  const note = ({ checked, extent, document: { uri } }: Parsed) => {
    if (checked || noted.has(uri)) return;
    noted.add(uri);
    const what =
      extent === 'normal'
        ? 'a template: it is not checked'
        : `${extent}: some features are off for it`;
    world.note(`${uri} is ${what}.`);
  };

  const publishFindings = async (
    parsed: Parsed,
    isCurrent: () => boolean,
    send: (make: () => Diagnostic[]) => Promise<void>,
  ) => {
    const show = (found: readonly Reported[]) =>
      send(() => diagnosticsOf(parsed, found, world.urlOf));
    await show(await checks.now(parsed));
    if (!isCurrent() || !parsed.checked) return;
    const look = async () => {
      const more = await checks.later(parsed);
      if (more) await show(more);
    };
    const askImages = async () => {
      if (!images.available()) return;
      // A pause in typing is short; nobody far away is asked about half a name.
      await new Promise<void>((done) => void runtime.setTimeout(done, runtime.debounceMs * 4));
      const more = isCurrent() && (await checks.images(parsed));
      if (more) await show(more);
    };
    await Promise.all([look(), askImages()]);
  };

  return {
    async publish(uri, isCurrent) {
      const parsed = world.parsedOf(uri);
      const other = world.otherOf(uri);
      const document = parsed?.document ?? other?.document;
      if (!document || (other && other.language !== 'dockerignore')) return;
      const { version } = document;
      const send = async (make: () => Diagnostic[]) => {
        if (isCurrent() && world.versionOf(uri) === version)
          await world.send({ uri, version, diagnostics: make() });
      };
      if (parsed) note(parsed);
      if (!(await world.settings.get(uri)).diagnostics.enabled) return send(() => []);
      if (parsed) return publishFindings(parsed, isCurrent, send);
      const found = await world.ignore.diagnostics(document);
      return send(() => found);
    },
    drop: (uri) => void noted.delete(uri),
  };
}
