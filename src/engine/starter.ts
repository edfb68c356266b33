/** How an engine is started: by a line that a person types, or by a program that is opened. */
type Starter = { readonly line: string } | { readonly program: readonly [string, ...string[]] };

/** What starts the engine behind a socket or pipe; the usual one of the platform where none is known. */
export function starterOf(url: string | undefined, platform: NodeJS.Platform): Starter {
  const path = url ?? '';
  const [, profile] = /colima\/([\w.-]+)\/docker\.sock$/.exec(path) ?? [];
  if (profile !== undefined)
    return { line: profile === 'default' ? 'colima start' : `colima start ${profile}` };
  if (path.includes('/.orbstack/')) return { line: 'orb start' };
  if (path.includes('/.rd/')) return { line: 'rdctl start' };
  const isPodman = path.includes('podman');
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
