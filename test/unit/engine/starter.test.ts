import { expect, test } from 'vitest';
import { starterOf } from '../../../src/engine/starter.ts';

test.each([
  [undefined, 'linux', 'sudo systemctl start docker'],
  ['unix:///var/run/docker.sock', 'linux', 'sudo systemctl start docker'],
  ['unix:///run/user/1000/docker.sock', 'linux', 'systemctl --user start docker'],
  ['unix:///home/a/.docker/desktop/docker.sock', 'linux', 'systemctl --user start docker-desktop'],
  ['unix:///run/podman/podman.sock', 'linux', 'sudo systemctl start podman.socket'],
  ['unix:///run/user/1000/podman/podman.sock', 'linux', 'systemctl --user start podman.socket'],
  ['unix:///home/a/.colima/default/docker.sock', 'darwin', 'colima start'],
  ['unix:///home/a/.config/colima/big/docker.sock', 'linux', 'colima start big'],
  ['unix:///Users/a/.colima/docker.sock', 'darwin', 'colima start'],
  ['unix:///Users/colima/.rd/docker.sock', 'darwin', 'rdctl start'],
  ['unix:///home/a/.orbstack/run/docker.sock', 'darwin', 'orb start'],
  ['unix:///home/a/.rd/docker.sock', 'linux', 'rdctl start'],
  ['npipe:////./pipe/podman-machine-default', 'win32', 'podman machine start'],
  [
    'npipe:////./pipe/dockerDesktopLinuxEngine',
    'win32',
    'C:\\Program Files\\Docker\\Docker\\Docker Desktop.exe',
  ],
  ['unix:///Users/a/.docker/run/docker.sock', 'darwin', 'open -a Docker'],
  ['unix:///Users/podman/.docker/run/docker.sock', 'darwin', 'open -a Docker'],
  ['unix:///home/podman/.docker/run/docker.sock', 'linux', 'sudo systemctl start docker'],
  [
    'unix:///var/folders/x/T/podman/podman-machine-default-api.sock',
    'darwin',
    'podman machine start',
  ],
  ['unix:///run/podman/docker.sock', 'linux', 'sudo systemctl start podman.socket'],
] as const)('the engine at %s of %s is started by %s', (url, platform, said) => {
  const starter = starterOf(url, platform);
  expect('line' in starter ? starter.line : starter.program.join(' ')).toBe(said);
});
