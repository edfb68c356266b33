/** esbuild's options of everything that Node runs. */
export const forNode = {
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** What VS Code and Node require. What is imported late is required too: Node has no need of its other loader then. */
export const commonJs = { ...forNode, format: 'cjs', supported: { 'dynamic-import': false } };

/** Of a program that is one file, or of several, each by its name. */
export const programs = (entryPoints, outdir) => ({
  ...commonJs,
  entryPoints,
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
});
