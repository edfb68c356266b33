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
 * share into a third: here the pieces are cut, those that activation needs are made one, and all become the CommonJS that VS
 * Code wants.
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
  const chunks = `${outdir}/chunks`;
  mkdirSync(chunks, { recursive: true });
  const write = (path, code) => writeFileSync(path, code.replace(COPIED_API, 'require("vscode")'));
  write(join(outdir, 'extension.cjs'), await joined(texts, atOnce));
  for (const [name, text] of texts)
    if (!atOnce.includes(name)) {
      const { code } = await transform(text, commonJs);
      write(join(chunks, name), fromExtension(code, atOnce));
    }
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

/** Makes one of several pieces. It exports what they do, each by its place among them. */
async function joined(texts, names) {
  const pieces = {
    name: 'pieces',
    setup(builder) {
      builder.onResolve({ filter: /\.cjs$/ }, ({ path }) => {
        const name = basename(path);
        return names.includes(name)
          ? { path: name, namespace: 'piece' }
          : { path: `./chunks/${name}`, external: true };
      });
      builder.onLoad({ filter: /./, namespace: 'piece' }, ({ path }) => ({
        contents: texts.get(path),
      }));
    },
  };
  const [entry, ...others] = names;
  const lines = others.map((name, place) => `export * as piece${place + 1} from './${name}';`);
  const { outputFiles } = await build({
    ...commonJs,
    stdin: { contents: [`export * from './${entry}';`, ...lines].join('\n') },
    bundle: true,
    write: false,
    external: ['vscode'],
    plugins: [pieces],
  });
  return outputFiles[0].text;
}

/** Has a chunk take what activation has loaded from there. */
const fromExtension = (code, names) =>
  code.replace(/require\("\.\/([\w-]+\.cjs)"\)/g, (whole, name) => {
    const place = names.indexOf(name);
    return place < 0 ? whole : `require("../extension.cjs").piece${place}`;
  });
