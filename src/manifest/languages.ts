import { DOCKERFILE_NAMES, IGNORE_FILE_NAMES } from '../util/dockerfileNames.ts';

const level = (description: string) =>
  ({
    type: 'string',
    enum: ['error', 'warning', 'information', 'hint', 'off'],
    default: 'warning',
    scope: 'resource',
    description,
  }) as const;

const DOCKERFILE_TOKENS = {
  parameter: ['variable.parameter.flag.dockerfile'],
  macro: ['keyword.other.directive.dockerfile'],
  class: ['entity.name.type.image.dockerfile'],
  namespace: ['entity.name.type.stage.dockerfile'],
  label: ['keyword.control.heredoc-token.dockerfile'],
  property: ['variable.other.property.dockerfile'],
  variable: ['variable.other.dockerfile'],
};

/**
 * What Stevedore contributes for Dockerfiles and ignore files. The Dockerfile id is VS Code's own, which its built-in
 * extension knows by fewer names and a smaller grammar.
 */
export const languages = {
  settings: {
    'dockerfile.languageServer': {
      type: 'string',
      enum: ['auto', 'on', 'off'],
      enumDescriptions: [
        'On, unless another extension serves Dockerfiles already: then you are asked once.',
        'Always on.',
        'Off: Dockerfiles get colours and commands only.',
      ],
      default: 'auto',
      scope: 'window',
      description: 'Whether Stevedore offers completion, checks and navigation in Dockerfiles.',
    },
    'dockerfile.diagnostics.enabled': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description: 'Check Dockerfiles as you type.',
    },
    'dockerfile.diagnostics.suspicious': level(
      'How to report what builds but is likely wrong, such as two stages of one name.',
    ),
    'dockerfile.diagnostics.style': level(
      'How to report matters of style, such as keywords of mixed case.',
    ),
    'dockerfile.diagnostics.deprecated': level(
      'How to report what Docker advises against, such as MAINTAINER.',
    ),
    'dockerfile.completion.registries': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description:
        'Ask Docker Hub and the registries you are signed in to for the names, tags and digests of images as you type or point at them. The engine at hand is asked in any case.',
    },
    'dockerfile.inlayHints.enabled': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description:
        'Show what variables stand for beside FROM and other instructions that use them.',
    },
    'dockerfile.codeLens.enabled': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description: 'Show commands to build and run above the stages of a Dockerfile.',
    },
    'dockerfile.format.enabled': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description:
        'Format the indentation of Dockerfiles. Values, comments and heredocs stay as they are.',
    },
  },
  contributes: {
    languages: [
      {
        id: 'dockerfile',
        aliases: ['Dockerfile', 'Docker', 'Containerfile'],
        ...DOCKERFILE_NAMES,
        firstLine: '^#\\s*[sS][yY][nN][tT][aA][xX]\\s*=',
        configuration: './syntaxes/dockerfile.language-configuration.json',
      },
      {
        id: 'dockerignore',
        aliases: ['Docker Ignore'],
        ...IGNORE_FILE_NAMES,
        configuration: './syntaxes/dockerignore.language-configuration.json',
      },
    ],
    grammars: [
      {
        language: 'dockerfile',
        scopeName: 'source.dockerfile',
        path: './syntaxes/dockerfile.tmLanguage.json',
        embeddedLanguages: {
          'meta.embedded.line.shell.dockerfile': 'shellscript',
          'meta.embedded.line.shell-backtick.dockerfile': 'shellscript',
          'meta.embedded.block.shell.dockerfile': 'shellscript',
          'meta.embedded.block.python.dockerfile': 'python',
        },
      },
      {
        language: 'dockerignore',
        scopeName: 'source.dockerignore',
        path: './syntaxes/dockerignore.tmLanguage.json',
      },
    ],
    configurationDefaults: {
      // Otherwise typing --mount= or $ would need a key press for each list.
      '[dockerfile]': {
        'editor.quickSuggestions': { strings: 'on', other: 'on', comments: 'off' },
      },
    },
    semanticTokenScopes: [{ language: 'dockerfile', scopes: DOCKERFILE_TOKENS }],
  },
} as const;
