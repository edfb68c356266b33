import type { Network } from '../model.ts';
import { readFields, seconds } from './reader.ts';
import type { Raw } from './reader.ts';

/** The networks that engines make for themselves and don't let anyone remove; `podman` is Podman's default. */
const builtIns: ReadonlySet<string> = new Set(['bridge', 'host', 'none', 'podman']);

/** Reads one entry of `GET /networks` or the answer of `GET /networks/{id}`. Returns undefined only when it carries no id. */
export function networkFrom(entry: Raw): Network | undefined {
  const notes: string[] = [];
  const reader = readFields(entry, notes);
  const id = reader.text('Id');
  if (!id) return undefined;
  const name = reader.text('Name');
  if (!name) reader.note('it has no name');
  const ipam = reader.inside('IPAM');
  const subnets = ipam
    .objects('Config')
    .map((config) => readFields(config, notes, 'IPAM.Config.').text('Subnet'));
  return {
    kind: 'network',
    id,
    name: name || id.slice(0, 12),
    driver: reader.text('Driver'),
    scope: reader.text('Scope') || 'local',
    internal: reader.flag('Internal'),
    subnets: subnets.filter(Boolean),
    created: seconds(reader.text('Created')) ?? 0,
    labels: reader.labels('Labels'),
    builtIn: builtIns.has(name) || reader.flag('Ingress'),
    odd: reader.remarks(),
  };
}
