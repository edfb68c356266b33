import { argument, hasSequence, operands } from '../../shell/command.ts';
import type { ShellCommand } from '../../shell/shell.ts';
import type { ShellWord } from '../../shell/words.ts';

/** What has to be known of a package manager to tell the packages from the rest of its command line. */
export interface PackageManager {
  readonly programs: readonly string[];
  /** The subcommands that install what is named after them. */
  readonly install: readonly string[];
  /** Flags whose value is the next word. */
  readonly valueFlags: ReadonlySet<string>;
}

const DNF_VALUE_FLAGS = new Set(
  (
    '-c --config -d --debuglevel -e --errorlevel -x --exclude --excludepkgs --installroot --releasever --setopt ' +
    '--enablerepo --disablerepo --repo --repoid --forcearch --comment --advisory --downloaddir --destdir --repofrompath ' +
    '--enable-repo --disable-repo --from-repo --enableplugin --enable-plugin --disableplugin --disable-plugin ' +
    '--disableexcludes --disableexcludepkgs --advisories --sec-severity --advisory-severities --color'
  ).split(' '),
);

export const APT_GET: PackageManager = {
  programs: ['apt-get'],
  install: ['install'],
  valueFlags: new Set(
    '-t --target-release --default-release -o --option -c --config-file -a --host-architecture --solver --planner'.split(
      ' ',
    ),
  ),
};

export const APK: PackageManager = {
  programs: ['apk'],
  install: ['add'],
  valueFlags: new Set(
    '-t --virtual -X --repository -p --root --arch --cache-dir --cache-max-age --keys-dir --progress-fd --repositories-file --wait --timeout'.split(
      ' ',
    ),
  ),
};

export const YUM: PackageManager = {
  programs: ['yum'],
  install: ['install'],
  valueFlags: DNF_VALUE_FLAGS,
};

export const DNF: PackageManager = {
  programs: ['dnf', 'microdnf'],
  install: ['install', 'in'],
  valueFlags: DNF_VALUE_FLAGS,
};

export const ZYPPER: PackageManager = {
  programs: ['zypper'],
  install: ['install', 'in'],
  valueFlags: new Set(
    '-t --type -r --repo --from -R --root --cache-dir --reposd-dir --pkg-cache-dir -c --config -p --plus-repo --plus-content --download --installroot'.split(
      ' ',
    ),
  ),
};

export const NPM: PackageManager = {
  programs: ['npm'],
  install: ['install', 'i', 'add'],
  valueFlags: new Set(
    '--registry --loglevel --prefix -C --cache --userconfig --globalconfig --omit --include -w --workspace --install-strategy --tag --before --otp --script-shell --location --fetch-timeout --fetch-retries --fetch-retry-mintimeout --fetch-retry-maxtimeout --maxsockets --proxy --https-proxy --noproxy --cafile --save-prefix --os --cpu --libc --only --also --audit-level --node-options'.split(
      ' ',
    ),
  ),
};

export const GEM: PackageManager = {
  programs: ['gem'],
  install: ['install', 'i'],
  valueFlags: new Set(
    '-i --install-dir -n --bindir -P --trust-policy -s --source --platform -p --http-proxy -B --bulk-threshold --build-root -g --file --config-file --target-rbconfig -j --build-jobs --document --use-system-libraries --without'.split(
      ' ',
    ),
  ),
};

const PIP_VALUE_FLAGS = new Set(
  (
    '-r --requirement -c --constraint -e --editable -b --build -t --target -i --index-url --extra-index-url ' +
    '-f --find-links --abi --implementation --platform --python-version --prefix --root --src --no-binary ' +
    '--only-binary --progress-bar --proxy --trusted-host --upgrade-strategy --root-user-action --cache-dir --cert ' +
    '--client-cert --config-settings -C --exists-action --global-option --install-option --build-option --log ' +
    '--python --report --retries --timeout --use-feature --use-deprecated --keyring-provider --suffix --pip-args ' +
    '--group --build-constraint --resume-retries'
  ).split(' '),
);

/** The word by which a command is one that installs packages with a manager. */
export function installWord(
  command: ShellCommand,
  { programs, install }: PackageManager,
): ShellWord | undefined {
  return programs.includes(command.name) ? argument(command, ...install) : undefined;
}

/** What a command of a package manager is to install; undefined when it installs nothing by name. */
export function packagesOf(
  command: ShellCommand,
  manager: PackageManager,
): { word: ShellWord; packages: ShellWord[] } | undefined {
  const word = installWord(command, manager);
  if (!word) return undefined;
  // Before the subcommand there is nothing but options with their values.
  const args = command.args.slice(command.args.indexOf(word) + 1);
  const packages = operands({ ...command, args }, manager.valueFlags).filter(
    ({ value }) => !manager.install.includes(value),
  );
  return { word, packages };
}

/** Whether a program may be a pip: pip3, pipx, or a python that runs the module. */
export function isPip(name: string): boolean {
  return name.startsWith('pip') || name.startsWith('python');
}

/** The word `install` of a pip, which may be called pip3, pipx or python -m pip. */
export function pipInstall(command: ShellCommand): ShellWord | undefined {
  const direct = command.name.startsWith('pip') && !command.name.startsWith('pipenv');
  const module = command.name.startsWith('python') && hasSequence(command, '-m', 'pip', 'install');
  return direct || module ? argument(command, 'install') : undefined;
}

/** What pip is to install by name. */
export function pipPackages(command: ShellCommand): ShellWord[] {
  const words = operands(command, PIP_VALUE_FLAGS);
  return words.slice(words.findIndex(({ value }) => value === 'install') + 1);
}
