import { describe, expect, it } from 'vitest';
import { words } from '../hadolint/found.ts';

describe('lost-shell-state', () => {
  it.each([
    ['. /venv/bin/activate', 'pip list'],
    ['source ~/.bashrc', 'make'],
    ['. "$NVM_DIR/nvm.sh"', 'npm ci'],
    ['source /opt/ros/humble/setup.bash', 'colcon build'],
    ['. ./versions.sh', 'wget -q https://x.y/$TOOL_VERSION'],
  ])('finds %s before %s', async (run, later) => {
    const text = `FROM alpine\nRUN ${run}\nRUN ${later}\n`;
    expect(await words('stevedore/lost-shell-state', text)).toEqual([run]);
  });
});
