import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, transform } from 'esbuild';
import { commonJs, forNode } from './common.mjs';
import { dockerodePlugin } from './dockerode.mjs';

/** esbuild copies what it takes for a CommonJS module, all 500 names of it for each source file: the API needs no copy. */
const COPIED_API = /\b[\w$]+\(require\("vscode"\)(?:,1)?\)/g;

/**
 * Bundles the extension into `outdir`: all that activation needs in extension.cjs, and in chunks/ what is loaded when it is
 * first wanted, which is whatever the source imports by `import()`. esbuild splits ES modules only, and puts what two pieces
 * share into a third: here the pieces are cut, those that activation needs are made one, so are small ones that others share, and
 * all become the CommonJS that VS Code wants.
 * @param {string} outdir
 */
export async function bundleExtension(outdir) {
  const cut = await build({
    ...forNode,
    entryPoints: { extension: 'src/extension.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    write: false,
    external: ['vscode'],
    metafile: true,
    plugins: [dockerodePlugin],
  });
  const texts = new Map(cut.outputFiles.map(({ path, text }) => [basename(path), text]));
  const atOnce = requiredAtOnce(cut.metafile, `${outdir}/extension.cjs`);
  const shared = smallShared(cut.metafile, atOnce);
  const chunks = `${outdir}/chunks`;
  mkdirSync(chunks, { recursive: true });
  const write = (path, code) => writeFileSync(path, code.replace(COPIED_API, 'require("vscode")'));
  write(join(outdir, 'extension.cjs'), await joined(texts, atOnce, './chunks', 'extension.cjs'));
  const writeLate = (name, code) =>
    write(
      join(chunks, name),
      redirected(redirected(code, atOnce, '../extension.cjs'), shared, './shared.cjs'),
    );
  writeLate('shared.cjs', await joined(texts, shared, '.'));
  for (const [name, text] of texts)
    if (!atOnce.includes(name) && !shared.includes(name))
      writeLate(name, (await transform(text, commonJs)).code);
}

/** Names of the pieces that `entry` imports, itself the first. */
function requiredAtOnce({ outputs }, entry) {
  const found = new Set([entry]);
  // A set hands out what is added to it while it is gone through.
  for (const path of found)
    for (const { path: other, kind } of outputs[path].imports)
      if (kind === 'import-statement' && other in outputs) found.add(other);
  return [...found].map((path) => basename(path));
}

/** Bytes. */
const SMALL = 8000;

/** The first rows wait for it: what it needs stays apart, so that no more is loaded for them. */
const CONNECTION = 'src/engine/connection.ts';

/**
 * Names of small pieces that others share, and that need none but these and what stays in other files for good. They are more than a third
 * of all files, and apart they take half as much room again in the package. Who first needs one loads all of them.
 */
function smallShared(metafile, atOnce) {
  const outputs = Object.entries(metafile.outputs);
  const [connection] = outputs.find(([, { entryPoint }]) => entryPoint === CONNECTION);
  const apart = new Set([...atOnce, ...requiredAtOnce(metafile, connection)]);
  const found = new Map();
  for (const [path, { bytes, entryPoint, imports }] of outputs) {
    const name = basename(path);
    if (entryPoint !== undefined || bytes > SMALL || apart.has(name)) continue;
    const needed = imports.filter(
      (one) => one.kind === 'import-statement' && one.path in metafile.outputs,
    );
    found.set(
      name,
      needed.map((one) => basename(one.path)),
    );
  }
  const isThere = (name) => found.has(name) || apart.has(name);
  for (;;) {
    const lacking = [...found.keys()].filter((name) => !found.get(name).every(isThere));
    if (lacking.length === 0) return [...found.keys()];
    for (const name of lacking) found.delete(name);
  }
}

/**
 * Makes one of several pieces. It exports what they do, each by its place among them.
 * @param elsewhere the folder of the others, from where it will be
 * @param entry the piece whose exports are its own
 */
async function joined(texts, names, elsewhere, entry) {
  const pieces = {
    name: 'pieces',
    setup(builder) {
      builder.onResolve({ filter: /\.cjs$/ }, ({ path }) => {
        const name = basename(path);
        return names.includes(name)
          ? { path: name, namespace: 'piece' }
          : { path: `${elsewhere}/${name}`, external: true };
      });
      builder.onLoad({ filter: /./, namespace: 'piece' }, ({ path }) => ({
        contents: texts.get(path),
      }));
    },
  };
  const lines = names.map((name, place) =>
    name === entry ? `export * from './${name}';` : `export * as piece${place} from './${name}';`,
  );
  const { outputFiles } = await build({
    ...commonJs,
    stdin: { contents: lines.join('\n') },
    bundle: true,
    write: false,
    external: ['vscode'],
    plugins: [pieces],
  });
  return outputFiles[0].text;
}

/** Has a chunk take pieces from the file that they were joined in. */
const redirected = (code, names, file) =>
  code.replace(/require\("\.\/([\w-]+\.cjs)"\)/g, (whole, name) => {
    const place = names.indexOf(name);
    return place < 0 ? whole : `require("${file}").piece${place}`;
  });
