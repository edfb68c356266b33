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

const configApart = {
  name: 'config-apart',
  setup(builder) {
    builder.onResolve({ filter: /\/parseHadolintConfig\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './hadolint-config.cjs', external: true } : undefined,
    );
  },
};

/**
 * Bundles the command line's program into `outdir`, and beside it what reads hadolint's configuration: few folders have
 * one, and the YAML library is a fifth of the program, all of which V8 looks through at each start.
 */
export function bundleCheck(outdir) {
  return build({
    ...programs(
      {
        'stevedore-check': 'src/lsp/server/cli/main.ts',
        'hadolint-config': 'src/lsp/server/lint/parseHadolintConfig.ts',
      },
      outdir,
    ),
    ...esModules,
    plugins: [configApart, withoutExamples],
  });
}
