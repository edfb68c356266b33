import { BUILD_TASK, DOCKER_TASK, MATCHER } from '../util/taskNames.ts';

const text = (description: string) => ({ type: 'string', description }) as const;
const flag = (description: string) => ({ type: 'boolean', default: false, description }) as const;
const texts = (description: string) =>
  ({ type: ['string', 'array'], items: { type: 'string' }, description }) as const;
const pairs = (description: string) =>
  ({
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    description,
  }) as const;

/** What tasks.json may hold of ours, in the shapes that VS Code takes. Relative paths begin at the workspace folder. */
export const tasks = {
  taskDefinitions: [
    {
      type: BUILD_TASK,
      required: [],
      properties: {
        dockerfile: text(
          'The Dockerfile; Dockerfile when left out. Where the context is an address, a relative one is in there.',
        ),
        context: text(
          "The build context, a folder or an address such as https://host/repo.git#branch:folder; the Dockerfile's folder when left out.",
        ),
        tags: texts('Names of the image, such as team/app:1.'),
        target: text('The stage to stop at.'),
        args: {
          ...pairs('Build arguments by their names; null for the value in the environment.'),
          additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
        },
        labels: pairs('Labels of the image.'),
        annotations: texts(
          'Such as name=value or index:name=value, where containerd keeps the engine’s images.',
        ),
        attestations: texts(
          'Such as type=provenance,mode=max or type=sbom, where containerd keeps the engine’s images.',
        ),
        platforms: texts('Such as linux/arm64; the engine’s own, which is local, when left out.'),
        secrets: texts('Such as id=npm,src=~/.npmrc or id=token,env=TOKEN.'),
        ssh: texts('default, id=socket of an agent, or id=file of a private key.'),
        network: {
          type: 'string',
          enum: ['default', 'none', 'host'],
          description: 'What RUN can reach.',
        },
        allow: texts('What RUN may ask for: network.host, security.insecure, device.'),
        addHosts: texts('Additional hosts as name:address.'),
        shmSize: text('The size of /dev/shm for what RUN runs, such as 64m.'),
        ulimits: texts('Limits for what RUN runs, such as nofile=1024 or nofile=1024:2048.'),
        cgroupParent: text('The control group that what RUN runs is below.'),
        contexts: pairs(
          'Named contexts: folders, or addresses such as docker-image://alpine and oci-layout://folder.',
        ),
        cacheFrom: texts(
          'Where more cache comes from: an image, type=registry,ref=… or type=local,src=folder.',
        ),
        cacheTo: texts(
          'Where the cache is written to, such as type=inline or type=local,dest=folder.',
        ),
        output: texts(
          'What becomes of the result: type=local,dest=folder, tar, oci or docker with a file, type=image, or type=cacheonly for nothing; several for Docker 26 and later. An image on the engine when left out.',
        ),
        push: flag('Push the image afterwards.'),
        iidFile: text('A file that the image’s id is written to.'),
        metadataFile: text('A file that is told of the result, in JSON as buildx writes it.'),
        noCache: flag('Build every step anew.'),
        noCacheFilter: texts('Stages of which each step is built anew.'),
        pull: flag('Look for newer base images.'),
      },
    },
    {
      // So that tasks written for Container Tools go on working without it.
      type: DOCKER_TASK,
      required: [],
      properties: {
        dockerBuild: {
          type: 'object',
          description: 'The options of the build.',
          properties: {
            context: text('The build context.'),
            dockerfile: text('The Dockerfile.'),
            tag: text('Name of the image.'),
            target: text('The stage to stop at.'),
            buildArgs: pairs('Build arguments by their names.'),
            labels: pairs('Labels of the image.'),
            platform: text('Such as linux/arm64.'),
            pull: flag('Look for newer base images.'),
            customOptions: text('More flags of docker build.'),
          },
        },
        platform: text('What the application is written for: a hint where its files are.'),
        node: {
          type: 'object',
          description: 'For applications of Node.js.',
          properties: { package: text('The package.json; its folder is the build context.') },
        },
      },
    },
  ],
  problemMatchers: [
    {
      name: MATCHER,
      label: 'Stevedore: Dockerfile',
      owner: MATCHER,
      source: 'Stevedore build',
      fileLocation: ['autoDetect', '${workspaceFolder}'],
      pattern: {
        // The task names its Dockerfile from the root; a compiler that a step runs names files of the step, often with columns.
        regexp: '^((?:[A-Za-z]:)?[\\\\/].*?)(?<!:\\d+):(\\d+): (error|warning): (.*)$',
        file: 1,
        line: 2,
        severity: 3,
        message: 4,
      },
    },
  ],
} as const;
