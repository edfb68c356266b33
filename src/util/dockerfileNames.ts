/** The names by which files are known, in VS Code's notation; compared without regard to case. */
export interface FileNames {
  readonly filenames: readonly string[];
  readonly filenamePatterns: readonly string[];
  readonly extensions: readonly string[];
}

export const DOCKERFILE_NAMES: FileNames = {
  filenames: ['Dockerfile', 'Containerfile'],
  filenamePatterns: ['Dockerfile.*', 'Containerfile.*', '*.Dockerfile', '*.Containerfile'],
  extensions: ['.dockerfile', '.containerfile'],
};

export const IGNORE_FILE_NAMES: FileNames = {
  filenames: ['.dockerignore', '.containerignore'],
  // Stronger than the Dockerfile's patterns: the ignore file of one Dockerfile bears its name.
  filenamePatterns: [
    'Dockerfile*.dockerignore',
    'Containerfile*.dockerignore',
    'Containerfile*.containerignore',
  ],
  extensions: ['.dockerignore', '.containerignore'],
};

/** Finds all Dockerfiles, and their ignore files, where searches mind the case of letters. */
export const DOCKERFILE_GLOB = `**/{${[
  ...DOCKERFILE_NAMES.filenames,
  ...DOCKERFILE_NAMES.filenamePatterns,
]
  .map((name) =>
    name.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`),
  )
  .join(',')}}`;

/** Whether a file of this name, given without its folder, is a Dockerfile. */
export function isDockerfileName(name: string): boolean {
  return matches(name, DOCKERFILE_NAMES) && !matches(name, IGNORE_FILE_NAMES);
}

/** What the files that templates of others are kept in are called. */
const TEMPLATE =
  /[^/]\.(?:template|tmpl|tpl|gotmpl|j2|jinja2?|erb|ejs|mustache|hbs|handlebars|liquid|m4|in)$/i;

/**
 * Whether a file says by its name, or its address, that something is made from it: it has marks in it that another program
 * replaces, so it is no Dockerfile yet.
 */
export function isTemplateName(name: string): boolean {
  return TEMPLATE.test(name.split(/[?#]/, 1)[0] ?? '');
}

function matches(name: string, { filenames, filenamePatterns, extensions }: FileNames): boolean {
  const lower = name.toLowerCase();
  return (
    filenames.some((known) => lower === known.toLowerCase()) ||
    extensions.some((ending) => lower.endsWith(ending)) ||
    filenamePatterns.some((pattern) => {
      const [before = '', after = ''] = pattern.toLowerCase().split('*');
      return (
        lower.length >= before.length + after.length &&
        lower.startsWith(before) &&
        lower.endsWith(after)
      );
    })
  );
}
