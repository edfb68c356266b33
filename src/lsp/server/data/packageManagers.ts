import { table } from '../../../util/table.ts';

interface ManagerFlag {
  readonly flag: string;
  readonly doc: string;
}

interface Manager {
  /** The first words after the program that the flags are for. */
  readonly commands: readonly string[];
  readonly flags: readonly ManagerFlag[];
}

const yes = (flag: string): ManagerFlag => ({
  flag,
  doc: 'Answers yes: a build has nobody to ask.',
});
const apt: readonly ManagerFlag[] = [
  yes('-y'),
  {
    flag: '--no-install-recommends',
    doc: 'Installs what is needed and not what is recommended with it.',
  },
];
const rpm: readonly ManagerFlag[] = [
  yes('-y'),
  {
    flag: '--setopt=install_weak_deps=False',
    doc: 'Leaves out packages that are only recommended.',
  },
  { flag: '--nodocs', doc: 'Leaves out the packages’ documentation.' },
];
const pip: readonly ManagerFlag[] = [
  { flag: '--no-cache-dir', doc: 'Keeps downloads out of the layer.' },
  { flag: '--requirement', doc: 'Installs what a file lists.' },
];

/** Flags that make package managers and their like fit for a build: those that rules ask for, and their companions. */
export const MANAGERS: Readonly<Record<string, Manager>> = table({
  'apt-get': { commands: ['install', 'upgrade', 'dist-upgrade', 'remove'], flags: apt },
  apt: { commands: ['install', 'upgrade'], flags: apt },
  apk: {
    commands: ['add', 'upgrade'],
    flags: [
      { flag: '--no-cache', doc: 'Reads the index afresh and keeps no copy of it in the layer.' },
      { flag: '--virtual', doc: 'Groups packages under a name by which they can be removed.' },
    ],
  },
  dnf: {
    commands: ['install', 'in', 'groupinstall', 'localinstall', 'update', 'upgrade'],
    flags: rpm,
  },
  microdnf: { commands: ['install', 'in', 'update', 'upgrade'], flags: rpm },
  tdnf: { commands: ['install', 'update'], flags: [yes('-y')] },
  yum: {
    commands: ['install', 'groupinstall', 'localinstall', 'update'],
    flags: [yes('-y'), { flag: '--nodocs', doc: 'Leaves out the packages’ documentation.' }],
  },
  zypper: {
    commands: ['install', 'in', 'source-install', 'si', 'remove', 'rm', 'patch', 'update'],
    flags: [
      yes('-y'),
      {
        flag: '--no-recommends',
        doc: 'Installs what is needed and not what is recommended with it.',
      },
    ],
  },
  pacman: { commands: ['-S', '-Sy', '-Syu'], flags: [yes('--noconfirm')] },
  pip: { commands: ['install'], flags: pip },
  npm: {
    commands: ['ci', 'install', 'i'],
    flags: [
      { flag: '--omit=dev', doc: 'Leaves out what only development needs.' },
      { flag: '--no-audit', doc: 'Sends no list of the packages to the registry.' },
      { flag: '--no-fund', doc: 'Prints no requests for funding.' },
    ],
  },
  yarn: {
    commands: ['install'],
    flags: [
      { flag: '--frozen-lockfile', doc: 'Fails when the lock file is out of date (Yarn 1).' },
      { flag: '--immutable', doc: 'Fails when the lock file is out of date (Yarn 2 and later).' },
      { flag: '--production', doc: 'Leaves out what only development needs.' },
    ],
  },
  pnpm: {
    commands: ['install', 'i'],
    flags: [
      { flag: '--frozen-lockfile', doc: 'Fails when the lock file is out of date.' },
      { flag: '--prod', doc: 'Leaves out what only development needs.' },
    ],
  },
  gem: {
    commands: ['install'],
    flags: [{ flag: '--no-document', doc: 'Builds no documentation.' }],
  },
  composer: {
    commands: ['install'],
    flags: [
      { flag: '--no-dev', doc: 'Leaves out what only development needs.' },
      { flag: '--no-interaction', doc: 'Asks no questions.' },
      { flag: '--optimize-autoloader', doc: 'Builds a class map, which loads faster.' },
    ],
  },
  useradd: {
    commands: [],
    flags: [{ flag: '-l', doc: 'Makes no log entry, which a large user id would blow up.' }],
  },
  wget: {
    commands: [],
    flags: [{ flag: '--progress=dot:giga', doc: 'A short log instead of a progress bar.' }],
  },
});
