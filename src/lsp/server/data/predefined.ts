import { table } from '../../../util/table.ts';

/** Build arguments that need no ARG (Dockerfile reference, predefined ARGs). */
export const PROXY_ARGS: readonly string[] = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
];

/** Arguments that BuildKit sets; FROM sees them as they are, a stage after `ARG NAME`. */
export const PLATFORM_ARGS: Readonly<Record<string, string>> = table({
  TARGETPLATFORM: 'Platform of the build’s result, such as `linux/arm64`.',
  TARGETOS: 'Operating system of the build’s result.',
  TARGETARCH: 'Architecture of the build’s result.',
  TARGETVARIANT: 'Variant of the architecture of the build’s result.',
  TARGETSTAGE: 'Name of the stage that is built.',
  BUILDPLATFORM: 'Platform of the node that builds.',
  BUILDOS: 'Operating system of the node that builds.',
  BUILDARCH: 'Architecture of the node that builds.',
  BUILDVARIANT: 'Variant of the architecture of the node that builds.',
});

/** Arguments that tell the builder something when a file declares them. */
export const BUILDER_ARGS: Readonly<Record<string, string>> = table({
  SOURCE_DATE_EPOCH:
    'The time of the image, of its history and of the files of `local` and `tar` outputs, in seconds since 1970, so that builds come out the same. Files in layers keep theirs unless the output has `rewrite-timestamp=true` (BuildKit 0.13 and later). Since Dockerfile 1.5.',
  BUILDKIT_SBOM_SCAN_STAGE:
    'Whether a stage is scanned for the list of what is in the image (SBOM): `true` in it, or before the first FROM for all, or there the names of stages with commas between them.',
  BUILDKIT_SBOM_SCAN_CONTEXT:
    'Whether the build context is scanned for the list of what is in the image (SBOM), `false` unless given.',
});

/** Variables that the builder sets where an image doesn't (BuildKit's default environment). */
export const EVERY_IMAGE: Readonly<Record<string, string>> = table({
  PATH: 'Where programs are looked for. The base image says so, or else the builder.',
});

/** What a command finds set besides, by its user and its directory. */
export const EVERY_SHELL: Readonly<Record<string, string>> = table({
  HOME: 'The home directory of the user that the command runs as.',
  PWD: 'The directory that the command runs in, at first that of WORKDIR.',
});

/** Names of signals that Linux containers take, without SIG. */
export const SIGNALS: readonly string[] =
  'TERM INT QUIT KILL HUP USR1 USR2 WINCH ABRT ALRM BUS CHLD CLD CONT FPE ILL IO IOT PIPE POLL PROF PWR SEGV STKFLT STOP SYS TRAP TSTP TTIN TTOU URG VTALRM XCPU XFSZ RTMIN RTMAX'.split(
    ' ',
  );
