import { createEmitter } from '../../util/emitter.ts';
import type { ContainerFiles, FilesChanged } from './service.ts';

/** What is asked of files; the rest has nothing to do before something was. */
type Asked = Exclude<keyof ContainerFiles, 'forget' | 'letGo' | 'onDidChange' | 'dispose'>;

/**
 * Files of containers, images and volumes, by a service that is loaded when the first of them is looked at.
 * @param load makes the service; called once
 */
export function lateContainerFiles(load: () => Promise<ContainerFiles>): ContainerFiles {
  const changed = createEmitter<FilesChanged>();
  let loading: Promise<ContainerFiles> | undefined;
  let loaded: ContainerFiles | undefined;
  async function first(): Promise<ContainerFiles> {
    loaded = await load();
    loaded.onDidChange((change) => changed.fire(change));
    return loaded;
  }
  const service = () => (loading ??= first());
  const late = <K extends Asked>(name: K) =>
    (async (...given: never[]) => {
      const ask = (await service())[name] as (...given: never[]) => Promise<unknown>;
      return ask(...given);
    }) as unknown as ContainerFiles[K];
  return {
    stat: late('stat'),
    list: late('list'),
    read: late('read'),
    write: late('write'),
    makeFolder: late('makeFolder'),
    remove: late('remove'),
    rename: late('rename'),
    copy: late('copy'),
    replace: late('replace'),
    download: late('download'),
    upload: late('upload'),
    changes: late('changes'),
    forget: (at) => loaded?.forget(at),
    letGo: async (source) => (await loading)?.letGo(source),
    onDidChange: changed.event,
    async dispose() {
      changed.dispose();
      await (await loading)?.dispose();
    },
  };
}
