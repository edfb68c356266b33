import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { commands, ConfigurationTarget, languages, Uri, window, workspace } from 'vscode';
import type { Diagnostic, Position, TextDocument } from 'vscode';
import { eventually } from '../pages/wait.ts';

/** A directory for the documents of a test file, outside the workspace. */
export function createScratch(): {
  readonly file: (name: string, content: string | Buffer) => Uri;
  readonly remove: () => void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'stevedore-language-'));
  return {
    file(name, content) {
      const path = join(mkdtempSync(join(dir, 'd-')), name);
      writeFileSync(path, content);
      return Uri.file(path);
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The position of the first `needle`, `by` characters into it. */
export function at(document: TextDocument, needle: string, by = 0): Position {
  const offset = document.getText().indexOf(needle);
  if (offset < 0) throw new Error(`no ${needle} in the document`);
  return document.positionAt(offset + by);
}

/** Messages' codes, in order of the document. */
export function codes(uri: Uri): string[] {
  return languages
    .getDiagnostics(uri)
    .toSorted((a, b) => a.range.start.compareTo(b.range.start))
    .map(({ code }) => String(typeof code === 'object' ? code.value : code));
}

/** Waits until the diagnostics of a document satisfy `test`. */
export function diagnosed(
  uri: Uri,
  test: (found: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  return eventually(`diagnostics, which are ${codes(uri).join(', ')}`, async () => {
    const found = languages.getDiagnostics(uri);
    return test(found) && found;
  });
}

/** Whether the server answers; VS Code itself knows no symbols of a Dockerfile. */
export async function served(uri: Uri): Promise<boolean> {
  const symbols = await commands.executeCommand<readonly unknown[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  return (symbols?.length ?? 0) > 0;
}

/** Sets `stevedore.NAME` for the user; `undefined` takes it back. */
export async function configure(name: string, value: unknown): Promise<void> {
  await workspace.getConfiguration('stevedore').update(name, value, ConfigurationTarget.Global);
}

/** Closes every editor, and drops what is not saved without a question. */
export async function closeAll(): Promise<void> {
  while (window.tabGroups.all.some(({ tabs }) => tabs.length > 0)) {
    await commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
}

/** Process ids of the language servers of this extension host. */
export function servers(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const read = (file: string): string => {
        try {
          return readFileSync(`/proc/${name}/${file}`, 'utf8');
        } catch {
          // It ended between the listing and now, so it is none of them.
          return '';
        }
      };
      const parent = /^\d+ \(.*\) . (\d+)/s.exec(read('stat'))?.[1];
      return parent === String(process.pid) && /dist\/server\.cjs\0/.test(read('cmdline'));
    })
    .map(Number);
}

/** A package of an extension that is called `publisher.name` and does nothing. */
export function emptyExtension(publisher: string, name: string, displayName: string): Buffer {
  const manifest = { publisher, name, displayName, version: '9.9.9', engines: { vscode: '*' } };
  return zip({
    'extension/package.json': JSON.stringify(manifest),
    'extension.vsixmanifest': `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata><Identity Language="en-US" Id="${name}" Version="9.9.9" Publisher="${publisher}"/><DisplayName>${displayName}</DisplayName></Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/>
<Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets>
</PackageManifest>`,
  });
}

/** A zip archive of stored, uncompressed entries (APPNOTE 4.3). */
function zip(entries: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(entries)) {
    const name = Buffer.from(path);
    const data = Buffer.from(text);
    // Version 1.0, no flags, stored, no time; then the sizes.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(10, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, name, data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00'), common, rest, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(central.length, 4);
  end.writeUInt16LE(central.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}
