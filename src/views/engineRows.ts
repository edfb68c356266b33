import { HELPER_LABEL } from '../engine/containerFiles/source.ts';
import type { Kind } from '../engine/model.ts';
import type { Store } from '../engine/store.ts';
import type { Settings } from '../manifest/settings.ts';
import type { EngineViewId } from '../manifest/views.ts';
import type { ContainerAlerts } from './alerts.ts';
import type { Row } from './row.ts';
import { containerRows } from './rows/containers.ts';
import type { Below } from './rows/files.ts';
import { imageRows } from './rows/images.ts';
import { networkRows } from './rows/networks.ts';
import { volumeRows } from './rows/volumes.ts';

/** What rows are made of beside the store. */
interface Given {
  readonly settings: Settings;
  readonly host: string;
  readonly alerts: ContainerAlerts;
}

/** What a view shows, as data: the kinds it is made of, the first being its own, and its rows as a pure function. */
interface EngineView {
  readonly kinds: readonly [Kind, ...Kind[]];
  rows(store: Store, filter: string, given: Given, below?: Below): Row[];
}

/** The containers that a person knows of, without those through which files of images and volumes are reached. */
const containersOf = (store: Store) =>
  store.list('container').filter(({ labels }) => labels[HELPER_LABEL] === undefined);

const seconds = () => Math.floor(Date.now() / 1000);

export const engineRows: Record<EngineViewId, EngineView> = {
  containers: {
    kinds: ['container'],
    rows: (store, filter, { settings, host, alerts }, below) =>
      containerRows(containersOf(store), {
        ...(below ? { below } : {}),
        groupBy: settings.get('containers.groupBy'),
        sortBy: settings.get('containers.sortBy'),
        label: settings.get('containers.label'),
        description: settings.get('containers.description'),
        filter,
        now: seconds(),
        host,
        alerts,
      }),
  },
  images: {
    kinds: ['image', 'container'],
    rows: (store, filter, { settings }, below) =>
      imageRows(store.list('image'), containersOf(store), {
        ...(below ? { below } : {}),
        groupBy: settings.get('images.groupBy'),
        sortBy: settings.get('images.sortBy'),
        description: settings.get('images.description'),
        showDangling: settings.get('images.showDangling'),
        filter,
        now: seconds(),
      }),
  },
  networks: {
    kinds: ['network', 'container'],
    rows: (store, filter) => networkRows(store.list('network'), containersOf(store), filter),
  },
  volumes: {
    kinds: ['volume', 'container'],
    rows: (store, filter, _given, below) =>
      volumeRows(store.list('volume'), containersOf(store), filter, seconds(), below),
  },
};
