import type { Volume } from '../model.ts';
import { readFields, seconds } from './reader.ts';
import type { Raw } from './reader.ts';

/** Reads one entry of `GET /volumes` or the answer of `GET /volumes/{name}`. Returns undefined only when it has no name. */
export function volumeFrom(entry: Raw): Volume | undefined {
  const reader = readFields(entry);
  const name = reader.text('Name');
  if (!name) return undefined;
  return {
    kind: 'volume',
    id: name,
    name,
    driver: reader.text('Driver'),
    mountpoint: reader.text('Mountpoint'),
    created: seconds(reader.text('CreatedAt')),
    labels: reader.labels('Labels'),
    odd: reader.remarks(),
  };
}
