import { build } from 'esbuild';

/**
 * Bundles the page of a panel, src/webviews/NAME, into a script and a style sheet: NAME.js and NAME.css in `outdir`.
 * It runs in the browser that the oldest VS Code that we support is made of.
 */
export function bundleWebview(name, outdir) {
  return build({
    entryPoints: [`src/webviews/${name}/main.ts`, `src/webviews/${name}/${name}.css`].map(
      (path) => ({ in: path, out: name }),
    ),
    outdir,
    bundle: true,
    minify: true,
    platform: 'browser',
    target: 'chrome132',
    format: 'iife',
    logLevel: 'warning',
    legalComments: 'none',
  });
}
