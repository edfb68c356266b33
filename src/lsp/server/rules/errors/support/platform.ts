const PART = /^[\w.-]+$/;
const SYSTEM = /^[A-Za-z0-9_-]+(?:\([\w.-]*(?:\+[\w.-]+)*\))?$/;

const SYSTEMS = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const ARCHITECTURES = new Set(
  '386 i386 amd64 x86_64 x86-64 amd64p32 arm armhf armel armbe arm64 arm64be aarch64 ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** Why a text names no platform (containerd/platforms, Parse); undefined when it does. */
export function platformProblem(text: string): string | undefined {
  if (text === '') return 'This platform is empty: the variable in it has no value.';
  const parts = text.split('/');
  const [system = ''] = parts;
  if (!SYSTEM.test(system) || !parts.slice(1).every((part) => PART.test(part)) || parts.length > 3)
    return 'This is not a platform; one looks like linux/arm64 or linux/arm/v7.';
  if (parts.length > 1) return undefined;
  const name = system.replace(/\(.*/, '').toLowerCase();
  return SYSTEMS.has(name) || ARCHITECTURES.has(system.toLowerCase())
    ? undefined
    : 'This is neither an operating system nor an architecture; a platform looks like linux/arm64.';
}
