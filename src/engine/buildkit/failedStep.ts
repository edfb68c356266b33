import type { MessageInitShape } from '@bufbuild/protobuf';
import { readFields, record } from '../mapping/reader.ts';
import type { Raw } from '../mapping/reader.ts';
import type { GrpcError } from './grpc/status.ts';
import type {
  InitMessageSchema,
  MountSchema,
  NewContainerRequestSchema,
} from './proto/gateway_pb.ts';

/** A RUN that failed, as far as its container can be made again. */
export interface FailedStep {
  /** Program and arguments that failed. */
  readonly args: readonly string[];
  readonly container: Omit<MessageInitShape<typeof NewContainerRequestSchema>, '$typeName'>;
  readonly process: Omit<MessageInitShape<typeof InitMessageSchema>, '$typeName'>;
}

/** Enumerations of moby/buildkit, solver/pb/ops.proto; errors hold their names. */
const mountTypes = ['BIND', 'SECRET', 'SSH', 'CACHE', 'TMPFS'];
const networks = ['UNSET', 'HOST', 'NONE'];
const sharings = ['SHARED', 'PRIVATE', 'LOCKED'];
const securities = ['SANDBOX', 'INSECURE'];

/**
 * Reads which step failed out of a solve's error (detail errdefs.Solve of moby/buildkit, solver/errdefs): its command,
 * and the filesystems that it has left behind.
 * @returns undefined where the error tells of no step that runs a command, as those of engines before Docker 23
 */
export function failedStep(error: GrpcError): FailedStep | undefined {
  for (const { typeUrl, value } of error.details) {
    // Each frontend on the way adds one; only one of them knows the step.
    if (!typeUrl.endsWith('errdefs.Solve+json')) continue;
    const step = readSolve(parse(value));
    if (step) return step;
  }
  return undefined;
}

function parse(bytes: Uint8Array): Raw {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return record(value);
  } catch {
    return {};
  }
}

function readSolve(solve: Raw): FailedStep | undefined {
  const op = readFields(solve).object('op') ?? {};
  // One generation wraps what the other has at once.
  const inner = readFields(op).object('Op') ?? op;
  const exec = readFields(inner).object('exec') ?? readFields(inner).object('Exec');
  const results = readFields(solve).strings('mountIDs');
  if (!exec || results.length === 0) return undefined;
  const fields = readFields(exec);
  const meta = fields.inside('meta');
  const proxies = meta.object('proxyEnv') ?? meta.object('proxy_env') ?? {};
  return {
    args: meta.strings('args'),
    container: {
      mounts: fields.objects('mounts').map((mount, index) => readMount(mount, results[index])),
      network: numbered(networks, exec['network']),
      hostname: meta.text('hostname'),
      extraHosts: meta.objects('extraHosts').map((host) => ({
        host: readFields(host).text('Host'),
        ip: readFields(host).text('IP'),
      })),
    },
    process: {
      meta: {
        env: [...meta.strings('env'), ...proxyVariables(proxies)],
        cwd: meta.text('cwd') || '/',
        user: meta.text('user'),
      },
      security: numbered(securities, exec['security']),
      secretenv: fields.objects('secretenv').map((secret) => ({
        id: readFields(secret).text('ID'),
        name: readFields(secret).text('name'),
        optional: readFields(secret).flag('optional'),
      })),
    },
  };
}

function readMount(raw: Raw, result: string | undefined): MessageInitShape<typeof MountSchema> {
  const { text, flag, object } = readFields(raw);
  const type = mountTypes[numbered(mountTypes, raw['mountType'])];
  const cache = object('cacheOpt');
  const tmpfs = object('TmpfsOpt') ?? object('tmpfsOpt');
  const secret = object('secretOpt');
  const ssh = object('SSHOpt') ?? object('sshOpt');
  return {
    dest: text('dest'),
    selector: text('selector'),
    readonly: flag('readonly'),
    mountType: mountTypes.indexOf(type ?? 'BIND'),
    output: integer(raw['output']),
    // Inputs are numbered within the build; here only what the step left behind counts.
    input: -1,
    ...((type === 'BIND' || type === 'CACHE') && { resultId: result ?? '' }),
    ...(cache && {
      cacheOpt: {
        id: readFields(cache).text('ID'),
        sharing: numbered(sharings, cache['sharing']),
      },
    }),
    ...(tmpfs && { tmpfsOpt: { size: BigInt(integer(tmpfs['size'])) } }),
    ...(secret && { secretOpt: readFile(secret) }),
    ...(ssh && { sshOpt: readFile(ssh) }),
  };
}

/** What secrets and sockets of agents have in common. */
function readFile(raw: Raw) {
  return {
    id: readFields(raw).text('ID'),
    uid: integer(raw['uid']),
    gid: integer(raw['gid']),
    mode: integer(raw['mode']),
    optional: readFields(raw).flag('optional'),
  };
}

/** Go writes 64-bit numbers as texts. */
function integer(value: unknown): number {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

function numbered(names: readonly string[], value: unknown): number {
  return typeof value === 'string' ? Math.max(0, names.indexOf(value)) : integer(value);
}

/** Proxies are no part of a step's environment to the builder, but its process has them. */
function proxyVariables(proxies: Raw): string[] {
  return ['http', 'https', 'ftp', 'no', 'all'].flatMap((kind) => {
    const { text } = readFields(proxies);
    const value = text(`${kind}Proxy`) || text(`${kind}_proxy`);
    const name = `${kind}_proxy`;
    return value ? [`${name}=${value}`, `${name.toUpperCase()}=${value}`] : [];
  });
}
