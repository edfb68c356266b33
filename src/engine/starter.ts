/** How an engine is started: by a line that a person types, or by a program that is opened. */
type Starter = { readonly line: string } | { readonly program: readonly [string, ...string[]] };

/** What starts the engine behind a socket or pipe; the usual one of the platform where none is known. */
export function starterOf(url: string | undefined, platform: NodeJS.Platform): Starter {
  const path = url ?? '';
  // Older ones have the socket of the usual profile beside the folders of the others.
  if (path.endsWith('/.colima/docker.sock')) return { line: 'colima start' };
  const [, profile] = /colima\/(\w[\w.-]*)\/docker\.sock$/.exec(path) ?? [];
  if (profile !== undefined)
    return { line: profile === 'default' ? 'colima start' : `colima start ${profile}` };
  if (path.includes('/.orbstack/')) return { line: 'orb start' };
  if (path.includes('/.rd/')) return { line: 'rdctl start' };
  // Its file or the folder of it: further up it may be the name of a user.
  const isPodman = /podman[^/]*$|\/podman\/[^/]+$/.test(path);
  if (platform === 'darwin' || platform === 'win32') {
    if (isPodman) return { line: 'podman machine start' };
    return {
      program:
        platform === 'darwin'
          ? ['open', '-a', 'Docker']
          : ['C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe'],
    };
  }
  if (path.includes('/.docker/desktop/')) return { line: 'systemctl --user start docker-desktop' };
  const service = isPodman ? 'podman.socket' : 'docker';
  const isUsers = path.startsWith('unix:///run/user/');
  return { line: `${isUsers ? 'systemctl --user' : 'sudo systemctl'} start ${service}` };
}
