interface CacheFacts {
  readonly doc: string;
  /** The programs that use it. */
  readonly tools: RegExp;
  /** What images with these programs are called, or their tags. */
  readonly images: RegExp;
}

const cache = (doc: string, tools: RegExp, images: RegExp): CacheFacts => ({ doc, tools, images });
const apt = [/\b(?:apt|apt-get)\b/, /\b(?:debian|ubuntu|bookworm|bullseye|trixie|slim)\b/] as const;
const python = /\b(?:python|pytorch|tensorflow)\b/;
const node = /\bnode(?:js)?\b/;
const go = [/\bgo\b/, /\bgolang\b/] as const;
const cargo = [/\bcargo\b/, /\brust\b/] as const;

/** Where tools keep what they download and build: what `RUN --mount=type=cache,target=` is for. */
export const CACHES: Readonly<Record<string, CacheFacts>> = {
  '/var/cache/apt': cache('apt packages; with `sharing=locked`', ...apt),
  '/var/lib/apt': cache('apt package lists; with `sharing=locked`', ...apt),
  '/var/cache/apk': cache('apk packages', /\bapk\b/, /\balpine/),
  '/var/cache/dnf': cache('dnf packages', /\bdnf\b/, /\b(?:fedora|rockylinux|almalinux|centos)\b/),
  '/var/cache/yum': cache('yum packages', /\byum\b/, /\b(?:centos|amazonlinux|oraclelinux)\b/),
  '/root/.cache/pip': cache('pip', /\bpip[\d.]*\b/, python),
  '/root/.cache/uv': cache('uv', /\buvx?\b/, /\buv\b/),
  '/root/.cache/pypoetry': cache('Poetry', /\bpoetry\b/, python),
  '/root/.npm': cache('npm', /\b(?:npm|npx)\b/, node),
  '/usr/local/share/.cache/yarn': cache('Yarn 1', /\byarn\b/, node),
  '/root/.yarn/berry/cache': cache('Yarn 2 and later', /\byarn\b/, node),
  '/root/.local/share/pnpm/store': cache('pnpm', /\bpnpm\b/, node),
  '/root/.bun/install/cache': cache('Bun', /\bbunx?\b/, /\bbun\b/),
  '/go/pkg/mod': cache('Go modules', ...go),
  '/root/.cache/go-build': cache('Go builds', ...go),
  '/usr/local/cargo/registry': cache('Cargo registry', ...cargo),
  '/usr/local/cargo/git/db': cache('Cargo git sources', ...cargo),
  '/root/.m2': cache('Maven', /\bmvnw?\b/, /\bmaven\b/),
  '/root/.gradle': cache('Gradle', /\bgradlew?\b/, /\bgradle\b/),
  '/root/.nuget/packages': cache('NuGet', /\bdotnet\b/, /\bdotnet\b/),
  '/root/.composer/cache': cache('Composer', /\bcomposer\b/, /\b(?:composer|php)\b/),
  '/usr/local/bundle/cache': cache('Bundler', /\bbundle\b/, /\bruby\b/),
  '/root/.cache/ccache': cache('ccache', /\bccache\b/, /\bgcc\b/),
};

/** Directories that images have by the file system standard: where things are usually put. */
export const DIRECTORIES: readonly string[] = [
  '/app/',
  '/etc/',
  '/opt/',
  '/root/',
  '/srv/',
  '/tmp/',
  '/usr/bin/',
  '/usr/local/bin/',
  '/usr/src/',
  '/usr/src/app/',
  '/var/lib/',
  '/var/www/',
];
