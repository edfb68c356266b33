/** A language that heredocs are written in. Each field but `scope` is a regular expression of alternatives. */
export interface Language {
  /** VS Code's id of the language. */
  readonly id: string;
  /** The grammar that colours it; where no extension brings that, the text stays plain. */
  readonly scope: string;
  /** The grammar that colours the rest, or all where there is no other. */
  readonly fallback?: string;
  /** Names of heredocs, in any case, that say it: `<<PY`. */
  readonly names: string;
  /** Endings of files, as the heredoc's name or as the file that it is written to. */
  readonly files: string;
  /** Programs that read it: `RUN python3 <<EOF`, `#!/usr/bin/env node`. */
  readonly programs?: string;
}

/** The languages of heredocs, in the order in which they are tried. */
export const LANGUAGES: readonly Language[] = [
  { id: 'shellscript', scope: 'source.shell', names: 'sh|bash|zsh|shell|script', files: 'sh|bash|zsh|ash|profile|bashrc', programs: '(?:ba|da|k|z|a)?sh' },
  { id: 'python', scope: 'source.python', names: 'py|python[23]?', files: 'py|pyi', programs: String.raw`python[\d.]*|pypy\d*|ipython` },
  { id: 'typescript', scope: 'source.ts', names: 'ts|typescript', files: 'ts|mts|cts', programs: 'deno|bun|tsx|ts-node' },
  { id: 'javascript', scope: 'source.js', names: 'js|node|nodejs|javascript', files: 'js|mjs|cjs', programs: 'node(?:js)?' },
  { id: 'perl', scope: 'source.perl', names: 'pl|perl', files: 'pl|pm', programs: String.raw`perl[\d.]*` },
  { id: 'ruby', scope: 'source.ruby', names: 'rb|ruby', files: 'rb|gemspec', programs: String.raw`ruby[\d.]*|irb` },
  { id: 'php', scope: 'source.php', names: 'php', files: 'php', programs: String.raw`php[\d.]*` },
  { id: 'lua', scope: 'source.lua', names: 'lua', files: 'lua', programs: String.raw`lua(?:jit)?[\d.]*` },
  { id: 'powershell', scope: 'source.powershell', names: 'ps1?|pwsh|powershell', files: 'ps1|psm1', programs: 'pwsh|powershell' },
  { id: 'sql', scope: 'source.sql', names: '(?:my|pg|postgres)?sql|psql', files: 'sql', programs: 'psql|mysql|mariadb|sqlite3?|duckdb' },
  { id: 'jsonc', scope: 'source.json.comments', names: 'jsonc|json5', files: 'jsonc|json5' },
  { id: 'json', scope: 'source.json', names: 'json', files: 'json' },
  { id: 'yaml', scope: 'source.yaml', names: 'ya?ml', files: 'ya?ml' },
  { id: 'toml', scope: 'source.toml', fallback: 'source.ini', names: 'toml', files: 'toml' },
  { id: 'nginx', scope: 'source.nginx', names: 'nginx', files: 'nginx|(?<=nginx[.])conf|(?<=nginx/conf[.]d/default[.])conf' },
  { id: 'ini', scope: 'source.ini', names: 'ini|conf(?:ig)?', files: 'ini|conf|cfg|cnf|service|repo' },
  { id: 'xml', scope: 'text.xml', names: 'xml', files: 'xml|svg|xsl' },
  { id: 'dockerfile', scope: 'source.dockerfile', names: 'dockerfile|containerfile', files: '[Dd]ockerfile' },
];

/** The scope of a heredoc's text in a language. */
export function embeddedScope(id: string): string {
  return `meta.embedded.block.${id === 'shellscript' ? 'shell' : id}.dockerfile`;
}

/** Which language the texts are in that the grammar marks as embedded; VS Code takes it for comments, brackets and words. */
export const EMBEDDED: Readonly<Record<string, string>> = {
  'meta.embedded.line.shell.dockerfile': 'shellscript',
  'meta.embedded.line.shell-backtick.dockerfile': 'shellscript',
  ...Object.fromEntries(LANGUAGES.map(({ id }) => [embeddedScope(id), id])),
};
