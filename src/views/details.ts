import { readDetails } from '../engine/details/details.ts';
import { portStates, probePorts } from '../engine/details/listening.ts';
import type { CurrentEngine } from '../engine/current.ts';
import type { FileRows } from './files/rows.ts';
import { detailRows, portRow } from './rows/details.ts';
import { fileMessage } from './rows/files.ts';
import type { Below } from './rows/files.ts';

/**
 * What stands below a container: what its own entry tells, then its files. Nothing is read before the row is opened, and
 * nobody looks for what listens before the ports are.
 * @param report told of what could not be read, in place of which a row says so
 */
export function createDetails(
  current: CurrentEngine,
  { below, directory }: FileRows,
  report: (error: unknown) => void,
): Below {
  return (owner, image) => async () => {
    const files = await below(owner, image)();
    const { store } = current;
    const { id, kind } = owner.source;
    const container = store?.list('container').find((one) => one.id === id);
    if (kind !== 'container' || !store || !container) return files;
    const ports = async () => {
      const key = `${owner.key}/ports`;
      try {
        const client = await current.client();
        const { running, hostNetwork } = await readDetails(client, id);
        const host = client.endpoint.host;
        const states = running
          ? await probePorts(client, container, host, hostNetwork)
          : portStates(container.ports, undefined);
        if (states.length === 0) return [fileMessage(key, 'Nothing listens', false)];
        return states.map((state) => portRow(key, container, state));
      } catch (error) {
        report(error);
        return [fileMessage(key, error instanceof Error ? error.message : String(error), true)];
      }
    };
    try {
      const [details] = await Promise.all([
        current.client().then((client) => readDetails(client, id)),
        store.load('network'),
        store.load('volume'),
      ]);
      const now = Math.floor(Date.now() / 1000);
      const [networks, volumes] = [store.list('network'), store.list('volume')];
      const parts = { owner, container, details, networks, volumes, now, ports, directory };
      return [...detailRows(parts), ...files];
    } catch (error) {
      // Its files have ways of their own to be reached.
      report(error);
      const text = error instanceof Error ? error.message : String(error);
      return [fileMessage(`${owner.key}/details`, text, true), ...files];
    }
  };
}
