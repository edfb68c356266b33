import { bySelection, commands, fullId } from './commands.ts';
import type { CommandId } from './commands.ts';
import type { CommandSpec } from './commands/spec.ts';
import { whenRow } from './facts.ts';
import { RULES } from '../lsp/server/rules/all.ts';
import { languages, RULE_LEVELS } from './languages.ts';
import { FILES_SCHEME, settings } from './settings.ts';
import { tasks } from './tasks.ts';
import { views, welcomes } from './views.ts';
import { walkthrough } from './walkthrough.ts';
import type { WalkthroughStep } from './walkthrough.ts';

const specs = Object.entries(commands) as [CommandId, CommandSpec][];
const dockerfile = 'editorLangId == dockerfile';
const ignoreLanguage = 'LangId == dockerignore';
const dockerfileInExplorer = 'resourceLangId == dockerfile';

/**
 * What stands before a title in the palette, where `Start` alone would not say what is started; by the first part of a
 * command's id.
 */
const categories = {
  container: 'Containers',
  port: 'Containers',
  image: 'Images',
  build: 'Builds',
  buildCache: 'Build Cache',
  network: 'Networks',
  volume: 'Volumes',
  registry: 'Registries',
  tag: 'Registries',
  engine: 'Engines',
  system: 'Engines',
  log: '',
  context: '',
  file: 'Files',
  change: 'Files',
  stat: 'Containers',
} as const satisfies Record<Category<CommandId>, string>;
const categoryOf = (id: CommandId) => id.split('.', 1)[0]?.replace(/s$/, '') as Category<CommandId>;

type Category<Id extends string> = Id extends `${infer First}.${string}`
  ? First extends `${infer One}s`
    ? One
    : First
  : never;

type Strings = Record<string, string>;

/** Hands out `%key%` placeholders and collects the strings behind them, so that every text can be translated. */
function stringTable(): { strings: Strings; text(key: string, value: string): string } {
  const strings: Strings = {};
  return {
    strings,
    text(key, value) {
      strings[key] = value;
      return `%${key}%`;
    },
  };
}

function menus(): Record<string, object[]> {
  const rows = specs.flatMap(([id, spec]) => {
    if (!spec.on) return [];
    const when = whenRow(spec.on, spec.needs);
    // Buttons and menu entries alike are for our views only, whose rows alone carry these context values.
    return [
      ...(spec.inline ? [{ command: fullId(id), when, group: `inline@${spec.inline}` }] : []),
      ...(spec.menu ? [{ command: fullId(id), when, group: spec.menu }] : []),
    ];
  });
  const titles = specs.flatMap(([id, { view }]) =>
    view
      ? [
          {
            command: fullId(id),
            when: [`view == stevedore.${view.id}`, ...(view.when ? [view.when] : [])].join(' && '),
            group: view.group,
          },
        ]
      : [],
  );
  const hidden = specs
    .filter(([, spec]) => spec.palette === false)
    .map(([id]) => ({ command: fullId(id), when: 'false' }));
  const onFiles = specs.filter(([, spec]) => spec.dockerfile);
  const files = (when: string, group: string) =>
    onFiles.map(([id]) => ({ command: fullId(id), when, group }));
  const onIgnoreFiles = (when: string) =>
    specs
      .filter(([, spec]) => spec.ignoreFile)
      .map(([id]) => ({ command: fullId(id), when, group: 'stevedore@2' }));
  const inExplorer = specs
    .filter(([, spec]) => spec.explorer)
    .map(([id]) => ({
      command: fullId(id),
      when: 'resourceScheme == file && !explorerResourceIsRoot',
      group: 'stevedore@3',
    }));
  return {
    'view/item/context': rows,
    'view/title': titles,
    commandPalette: hidden,
    'explorer/context': [
      ...files(dockerfileInExplorer, 'stevedore@1'),
      ...onIgnoreFiles(`resource${ignoreLanguage}`),
      ...inExplorer,
    ],
    'editor/context': [
      ...files(dockerfile, 'stevedore@1'),
      ...onIgnoreFiles(`editor${ignoreLanguage}`),
    ],
    'editor/title/context': [
      ...files(dockerfileInExplorer, 'stevedore@1'),
      ...onIgnoreFiles(`resource${ignoreLanguage}`),
    ],
  };
}

const RULES_SETTING = 'dockerfile.lint.rules' satisfies keyof typeof languages.settings;

/** What the editor offers in the setting of levels: every rule with its title. */
function ruleLevels(text: (key: string, value: string) => string): Record<string, object> {
  return Object.fromEntries(
    RULES.map(({ id, title, severity, off }) => [
      id,
      {
        type: 'string',
        enum: RULE_LEVELS,
        default: off ? 'off' : severity,
        description: text(`rule.${id.replace('/', '.')}`, title),
      },
    ]),
  );
}

/** The tasks with their descriptions replaced by placeholders. */
function describedTasks(text: (key: string, value: string) => string): object {
  const described = (path: string, value: unknown): unknown => {
    if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]: [string, unknown]) => [
        name,
        name === 'description' && typeof one === 'string'
          ? text(path, one)
          : described(name === 'properties' ? path : `${path}.${name}`, one),
      ]),
    );
  };
  return {
    taskDefinitions: tasks.taskDefinitions.map((task) => described(`task.${task.type}`, task)),
    problemMatchers: tasks.problemMatchers.map(({ label, ...matcher }) => ({
      ...matcher,
      label: text(`matcher.${matcher.name}`, label),
    })),
  };
}

/** Get Started, with its texts replaced by placeholders. */
function startSteps(text: (key: string, value: string) => string): object[] {
  const steps = Object.entries(walkthrough) as [string, WalkthroughStep][];
  return steps.map(([id, { title, text: said, button, done }]) => {
    const [label, to] = button;
    // VS Code has a command of its own for each view.
    const leads = 'view' in to ? `stevedore.${to.view}.focus` : fullId(to.command);
    return {
      id,
      title: text(`start.${id}.title`, title),
      // A link on a line of its own is drawn as a button.
      description: text(`start.${id}.text`, `${said}\n[${label}](command:${leads})`),
      media: { markdown: `docs/start/${id}.md` },
      completionEvents: done.flatMap((event) =>
        typeof event === 'string'
          ? [`onCommand:${fullId(event)}`]
          : // A view that is seen already is not told of again.
            [`onView:stevedore.${event.view}`, `onCommand:stevedore.${event.view}.focus`],
      ),
    };
  });
}

/**
 * `contributes` of package.json and the strings of package.nls.json, made from the tables in this folder.
 * `npm run manifest` writes both; a test fails when they differ from what is committed.
 */
export function contributions(): { contributes: object; strings: Strings } {
  const { strings, text } = stringTable();
  const contributes = {
    commands: specs.map(([id, spec]) => ({
      command: fullId(id),
      title: text(`command.${id}`, spec.title),
      category: text(
        `category.${categoryOf(id)}`,
        `Stevedore ${categories[categoryOf(id)]}`.trim(),
      ),
      ...(spec.icon ? { icon: `$(${spec.icon})` } : {}),
      ...(spec.enablement ? { enablement: spec.enablement } : {}),
    })),
    menus: menus(),
    keybindings: specs.flatMap(([id, spec]) =>
      spec.key ? [{ command: fullId(id), ...spec.key, args: bySelection }] : [],
    ),
    viewsContainers: {
      activitybar: [{ id: 'stevedore', title: 'Stevedore', icon: 'images/activity.svg' }],
    },
    views: {
      stevedore: Object.entries(views).map(([id, view]) => ({
        id: `stevedore.${id}`,
        name: text(`view.${id}`, view.name),
        icon: 'images/activity.svg',
        ...('collapsed' in view ? { visibility: 'collapsed' } : {}),
        ...('size' in view ? { initialSize: view.size } : {}),
        ...('when' in view ? { when: view.when } : {}),
      })),
    },
    viewsWelcome: welcomes().map((welcome, index) => ({
      ...welcome,
      contents: text(`welcome.${index}`, welcome.contents),
    })),
    walkthroughs: [
      {
        id: 'start',
        title: text('start.title', 'Get Started with Stevedore'),
        description: text(
          'start.text',
          'Containers, images and Dockerfiles, without leaving the editor.',
        ),
        steps: startSteps(text),
      },
    ],
    configuration: {
      title: 'Stevedore',
      properties: Object.fromEntries(
        Object.entries({ ...settings, ...languages.settings }).map(([id, spec]) => [
          `stevedore.${id}`,
          {
            ...spec,
            description: text(`setting.${id}`, spec.description),
            ...(id === RULES_SETTING ? { properties: ruleLevels(text) } : {}),
          },
        ]),
      ),
    },
    // The tab and the title say the path alone; which container it is in stands in the tree.
    resourceLabelFormatters: [
      {
        scheme: FILES_SCHEME,
        authority: '*',
        formatting: { label: '${path}', separator: '/', workspaceSuffix: 'Stevedore' },
      },
    ],
    ...describedTasks(text),
    ...languages.contributes,
  };
  return { contributes, strings };
}
