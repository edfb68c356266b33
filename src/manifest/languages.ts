import { EMBEDDED } from '../../syntaxes/languages.ts';
import { DOCKERFILE_NAMES, IGNORE_FILE_NAMES } from '../util/dockerfileNames.ts';
import { DOCS_SCHEME, SHOWN_SCHEME } from '../util/docs.ts';

const DOCKERFILE_TOKENS = {
  parameter: ['variable.parameter.flag.dockerfile'],
  macro: ['keyword.other.directive.dockerfile'],
  class: ['entity.name.type.image.dockerfile'],
  namespace: ['entity.name.type.stage.dockerfile'],
  label: ['keyword.control.heredoc-token.dockerfile'],
  property: ['variable.other.property.dockerfile'],
  variable: ['variable.other.dockerfile'],
};

/** What a setting may make of a rule. */
export const RULE_LEVELS = ['error', 'warning', 'info', 'style', 'off'] as const;

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
    'dockerfile.lint.rules': {
      type: 'object',
      // The rules themselves are added where the manifest is made: they know their titles.
      additionalProperties: { type: 'string', enum: RULE_LEVELS },
      default: {},
      scope: 'resource',
      description:
        "The level of each rule by its id: error, warning, info, style (shown faintly) or off. Goes before hadolint's configuration. The ids are on the rules' pages, which the code of a finding opens.",
    },
    'dockerfile.lint.hadolintConfig': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description:
        "Take .hadolint.yaml of the file's folder or one above it, as hadolint does: rules that are off, levels, trusted registries, labels.",
    },
    'dockerfile.lint.fixAll': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description:
        'Offer to fix all that is safe to fix in a file. To have it done on save, set "editor.codeActionsOnSave": { "source.fixAll.stevedore": "explicit" }.',
    },
    'dockerfile.shellcheck.enabled': {
      type: 'boolean',
      default: true,
      scope: 'resource',
      description: 'Check what RUN runs by ShellCheck, where that program is found.',
    },
    'dockerfile.shellcheck.path': {
      type: 'string',
      default: '',
      scope: 'machine',
      description: 'The ShellCheck program. Empty: shellcheck, if PATH has it.',
    },
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
        'Show what variables stand for beside FROM and other instructions that use them, and what each instruction came to in the last build: size, time, cached or not.',
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
        'Format the layout of Dockerfiles. Values, comments and heredocs stay as they are, and so does what is aligned.',
    },
    'dockerfile.format.keywords': {
      type: 'string',
      enum: ['keep', 'upper', 'lower'],
      enumDescriptions: ['As they are.', 'In upper case: FROM.', 'In lower case: from.'],
      default: 'keep',
      scope: 'resource',
      description: 'The case that formatting gives to keywords of Dockerfiles.',
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
        embeddedLanguages: EMBEDDED,
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
      // The code of a finding leads to its rule's page, which is to be read and not to be edited; so are comparisons.
      'workbench.editorAssociations': {
        [`${DOCS_SCHEME}:/**/*.md`]: 'vscode.markdown.preview.editor',
        [`${SHOWN_SCHEME}:/**/*-compared.md`]: 'vscode.markdown.preview.editor',
      },
    },
    semanticTokenScopes: [{ language: 'dockerfile', scopes: DOCKERFILE_TOKENS }],
  },
} as const;
