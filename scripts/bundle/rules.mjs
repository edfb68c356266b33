import { readFile } from 'node:fs/promises';

/** The examples of a rule, as the formatter lays them out: on one line, or down to a bracket that stands as far in. */
const EXAMPLES = /^ {2}examples: \[(?:.*\],|\n[^]*?^ {2}\],)$/gm;

/**
 * Leaves the examples of rules out of bundles: they are for documentation and tests, and a quarter of all that
 * stevedore-check would have V8 look through at each start. That one of them is fixed stays, for it says whether the rule
 * can be fixed.
 */
export const withoutExamples = {
  name: 'without-examples',
  setup(builder) {
    const rules =
      /[\\/]lsp[\\/]server[\\/]rules[\\/](?:buildkit|errors|hadolint|stevedore)[\\/]\w+\.ts$/;
    builder.onLoad({ filter: rules }, async ({ path }) => ({
      contents: leaveOut(await readFile(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

const leaveOut = (source) =>
  source.replace(EXAMPLES, (examples) =>
    /\bfixed: true\b/.test(examples) ? '  examples: [{ fixed: true }],' : '  examples: [{}],',
  );
