interface Platform {
  readonly os: string;
  readonly architecture: string;
}

const PART = /^[A-Za-z0-9_.-]+$/;
/** `linux`, `windows(10.0.17763)`, `windows(10.0.17763+feature)`. */
const OS = /^([A-Za-z0-9_-]+)(?:\([\w.-]*(?:\+[\w.-]+)*\))?$/;
const SYSTEMS = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const ARCHITECTURES = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);
const ALIASES: Readonly<Record<string, string>> = {
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  armhf: 'arm',
  armel: 'arm',
};

/**
 * Reads a platform as containerd/platforms' Parse does, names of operating systems and architectures normalised;
 * undefined when it is none.
 * @param builder the builder's architecture, which is meant where only an operating system is named
 */
export function parsePlatform(text: string, builder = 'amd64'): Platform | undefined {
  const parts = text.split('/');
  const [first = '', second] = parts;
  const system = OS.exec(first)?.[1];
  if (system === undefined || parts.length > 3) return undefined;
  if (!parts.slice(1).every((part) => PART.test(part))) return undefined;
  if (second !== undefined) return { os: osOf(system), architecture: architectureOf(second) };
  if (SYSTEMS.has(osOf(system))) return { os: osOf(system), architecture: builder };
  const architecture = architectureOf(system);
  return ARCHITECTURES.has(architecture) ? { os: 'linux', architecture } : undefined;
}

function osOf(text: string): string {
  const os = text.toLowerCase();
  return os === 'macos' ? 'darwin' : os;
}

function architectureOf(text: string): string {
  const architecture = text.toLowerCase();
  return (Object.hasOwn(ALIASES, architecture) && ALIASES[architecture]) || architecture;
}
