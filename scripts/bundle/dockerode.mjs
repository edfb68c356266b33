/**
 * Keeps out of the bundle what dockerode drags in and our own modem replaces: docker-modem (with ssh2 and its native
 * addon), the BuildKit session (with grpc and protobufjs), tar-fs and its reader of .dockerignore. In their place stands a function that throws.
 * @type {import('esbuild').Plugin}
 */
export const dockerodePlugin = {
  name: 'dockerode',
  setup(build) {
    const replaced = (args) =>
      args.importer.includes('dockerode') || args.path === 'docker-modem'
        ? { path: args.path, namespace: 'left-out' }
        : undefined;
    build.onResolve({ filter: /^(docker-modem|tar-fs|@balena\/dockerignore)$/ }, replaced);
    build.onResolve({ filter: /^\.\/(session|buildkit)$/ }, (args) =>
      /[\\/]dockerode[\\/]lib$/.test(args.resolveDir) ? replaced(args) : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      loader: 'js',
      contents: `
        function leftOut() { throw new Error(${JSON.stringify(`${path} of dockerode is left out of this bundle.`)}); }
        module.exports = Object.assign(leftOut, { pack: leftOut, followProgress: leftOut });
      `,
    }));
  },
};
