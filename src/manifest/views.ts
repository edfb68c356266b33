/** The views of the activity-bar container, from top to bottom, and their shares of its height to begin with. */
export const views = {
  containers: { name: 'Containers', size: 4 },
  images: { name: 'Images', size: 3 },
  builds: { name: 'Builds', size: 2 },
  registries: { name: 'Registries', size: 2 },
  networks: { name: 'Networks', collapsed: true },
  volumes: { name: 'Volumes', collapsed: true },
  buildCache: { name: 'Build Cache', collapsed: true },
  engines: { name: 'Engines', collapsed: true },
  // Nobody needs it before having asked for one.
  context: { name: 'Build Context', size: 3, when: 'stevedore.contextShown' },
} as const satisfies Record<
  string,
  { name: string; collapsed?: boolean; size?: number; when?: string }
>;

export type ViewId = keyof typeof views;

/** The views that show what the engine holds. */
export const engineViews = ['containers', 'images', 'networks', 'volumes'] as const;
export type EngineViewId = (typeof engineViews)[number];

const link = (text: string, command: string) => `[${text}](command:stevedore.${command})`;
const lines = (...parts: string[]) => parts.join('\n');

const retry = link('Try Again', 'engine.retry');
const choose = link('Choose Another Engine', 'engine.choose');
const explain = link('Explain', 'engine.explain');
const settings = link('Open Settings', 'engine.settings');
const start = link('Start the Engine', 'engine.start');

/**
 * What a view says when there is no engine, by the reason of the failure (`EngineError.reason`):
 * what is wrong, then the remedies, the likeliest first.
 */
const unreachable: Record<string, string> = {
  'no-socket': lines(
    'No container engine was found where one was expected.',
    start,
    choose,
    explain,
  ),
  refused: lines('The engine is not running: its address answers nobody.', start, choose, explain),
  permission: lines(
    'The engine is there, but this account may not open its socket. On Linux, membership of the group that owns the socket is what is needed; signing in again makes it count.',
    explain,
    choose,
    retry,
  ),
  dropped: lines(
    'The engine closed the connection. It is being tried again.',
    retry,
    choose,
    explain,
  ),
  timeout: lines('The engine does not answer in time.', retry, choose, explain),
  tls: lines("The engine's certificate, or ours, was not accepted.", explain, choose, settings),
  ssh: lines('The ssh connection to the engine failed.', explain, retry, choose),
  'not-an-engine': lines(
    'Something answers at this address, but it is not a container engine.',
    choose,
    explain,
    settings,
  ),
  'too-old': lines(
    'This engine is too old: API version 1.40 (Docker 19.03) or newer is needed.',
    choose,
    explain,
  ),
  config: lines(
    'The address of the engine, or the docker configuration, cannot be read.',
    explain,
    settings,
    choose,
  ),
};
const otherwise = lines('The engine cannot be reached.', explain, retry, choose);

const empty: Record<EngineViewId, string> = {
  containers: lines(
    'No containers yet.',
    link('Run an Image', 'image.run'),
    link('Build an Image', 'image.build'),
  ),
  images: lines(
    'No images yet.',
    link('Build an Image', 'image.build'),
    link('Pull an Image', 'image.pull'),
  ),
  networks: lines('No networks.', link('Create a Network', 'network.create')),
  volumes: lines('No volumes.', link('Create a Volume', 'volume.create')),
};

/** `viewsWelcome`: for each view exactly one text holds whenever it has no rows. */
export function welcomes(): { view: string; contents: string; when: string }[] {
  const known = Object.keys(unreachable);
  const texts = engineViews.flatMap((id) => [
    {
      view: id,
      when: "stevedore.state != 'connected' && stevedore.state != 'unreachable'",
      contents: 'Connecting to the container engine…',
    },
    ...known.map((reason) => ({
      view: id,
      when: `stevedore.state == 'unreachable' && stevedore.reason == '${reason}'`,
      contents: unreachable[reason] ?? otherwise,
    })),
    {
      view: id,
      when: `stevedore.state == 'unreachable' && !(stevedore.reason =~ /^(${known.join('|')})$/)`,
      contents: otherwise,
    },
    {
      view: id,
      when: `stevedore.state == 'connected' && !stevedore.${id}.loaded`,
      contents: `Reading ${id}…`,
    },
    {
      view: id,
      when: `stevedore.state == 'connected' && stevedore.${id}.loaded && stevedore.${id}.filtered`,
      contents: lines(`No ${id} match the filter.`, link('Clear the Filter', `${id}.clearFilter`)),
    },
    {
      view: id,
      when: `stevedore.state == 'connected' && stevedore.${id}.loaded && !stevedore.${id}.filtered`,
      contents: empty[id],
    },
  ]);
  return [
    ...texts,
    {
      view: 'engines',
      when: 'true',
      contents: lines('No engine was found on this machine.', explain, settings),
    },
    { view: 'buildCache', when: 'true', contents: 'Reading the build cache…' },
    {
      view: 'registries',
      when: 'true',
      contents: lines('No registries yet.', link('Add a Registry', 'registry.add')),
    },
    {
      view: 'builds',
      when: 'true',
      contents: lines(
        'No builds yet. Those of this workspace show here, with their steps.',
        link('Build an Image', 'image.build'),
      ),
    },
    {
      view: 'context',
      when: 'true',
      contents: lines('No build context is shown.', link('Show One', 'context.show')),
    },
  ].map((welcome) => ({ ...welcome, view: `stevedore.${welcome.view}` }));
}
