import { createRequire } from 'node:module';
import { build } from 'esbuild';
import { programs } from './common.mjs';
import { withoutExamples } from './rules.mjs';

/**
 * Libraries of the language server offer an ES build beside a UMD one. esbuild can leave out what is not used of the
 * first only, and several copies of one version become one.
 */
const require = createRequire(import.meta.url);
const esBuild = (name) => require.resolve(name).replace('/umd/', '/esm/');
export const esModules = {
  mainFields: ['module', 'main'],
  alias: {
    'vscode-languageserver-types': esBuild('vscode-languageserver-types'),
    'vscode-languageserver-textdocument': esBuild('vscode-languageserver-textdocument'),
  },
};

/** The YAML library as a file of its own, yaml.cjs, for what is bundled beside it. */
export const yamlApart = {
  name: 'yaml-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/yaml\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './yaml.cjs', external: true },
    );
  },
};

/**
 * Bundles the command line's program into `outdir`, and beside it the YAML library, which the language server shares: few
 * folders have a configuration, and it is a fifth of the program, all of which V8 looks through at each start.
 */
export function bundleCheck(outdir) {
  return build({
    ...programs(
      { 'stevedore-check': 'src/lsp/server/cli/main.ts', yaml: 'src/lsp/server/yaml.ts' },
      outdir,
    ),
    ...esModules,
    plugins: [yamlApart, withoutExamples],
  });
}
