/** A pattern that contexts of a kind want. */
interface Common {
  readonly pattern: string;
  /** Paths of which one shows that the context is of that kind. */
  readonly when: readonly string[];
  readonly detail: string;
}

const node = ['package.json', '*/package.json'];
const python = ['pyproject.toml', 'requirements*.txt', 'setup.py', 'Pipfile', '*.py'];
const dotnet = ['*.sln', '*.csproj', '*/*.csproj'];
const java = ['pom.xml', 'build.gradle', 'build.gradle.kts'];

const of = (pattern: string, when: readonly string[], detail: string): Common => ({
  pattern,
  when,
  detail,
});

/** Patterns to offer, by what is in the folder. */
export const COMMON: readonly Common[] = [
  of('.git', ['.git'], 'The history, which changes with every commit'),
  of('.github', ['.github'], 'Workflows'),
  of('**/node_modules', node, 'Packages that the build installs itself'),
  of('**/.env*', ['.env*', '*/.env*'], 'Secrets and settings of this machine'),
  of('**/dist', ['dist', '*/dist'], 'What a build makes'),
  of('**/build', ['build', '*/build'], 'What a build makes'),
  of('**/coverage', node, 'Reports of tests'),
  of('**/.next', ['.next', '*/.next', 'next.config.*'], 'What Next.js makes'),
  of('**/.turbo', ['turbo.json'], 'Turborepo’s cache'),
  of('npm-debug.log*', node, 'Logs'),
  of('**/__pycache__', python, 'Compiled Python'),
  of('**/*.pyc', python, 'Compiled Python'),
  of('**/.venv', python, 'Packages that the build installs itself'),
  of('**/venv', ['venv', '*/venv'], 'Packages that the build installs itself'),
  of('**/.pytest_cache', python, 'Caches of tests'),
  of('**/.mypy_cache', python, 'Caches of checks'),
  of('**/*.egg-info', python, 'What packaging makes'),
  of('**/target', ['Cargo.toml', 'pom.xml', '*/Cargo.toml'], 'What a build makes'),
  of('**/.gradle', java, 'Gradle’s cache'),
  of('**/bin', dotnet, 'What a build makes'),
  of('**/obj', dotnet, 'What a build makes'),
  of('**/.vs', dotnet, 'Settings of Visual Studio'),
  of('vendor', ['composer.json', 'Gemfile'], 'Packages that the build installs itself'),
  of('**/.terraform', ['*.tf', '*/*.tf'], 'Terraform’s plugins and state'),
  of('.vscode', ['.vscode'], 'Settings of the editor'),
  of('.idea', ['.idea'], 'Settings of the editor'),
  of('**/.DS_Store', ['.DS_Store', '*/.DS_Store'], 'Files of the system'),
  of('**/*.log', ['*.log', '*/*.log'], 'Logs'),
  of('**/*.pem', ['*.pem', '*/*.pem'], 'Keys and certificates'),
  of('Dockerfile*', ['Dockerfile*'], 'The builder is given it in any case'),
  of('.dockerignore', ['.dockerignore'], 'The builder is given it in any case'),
  of('compose*.y*ml', ['compose*.y*ml'], 'Of no use in an image'),
  of('docker-compose*', ['docker-compose*'], 'Of no use in an image'),
  of('*.md', ['*.md'], 'Documentation'),
];
