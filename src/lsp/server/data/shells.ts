/** Shells that SHELL is given, as JSON arrays, with what each is for. */
export const SHELLS: readonly { readonly form: string; readonly doc: string }[] = [
  {
    form: '["/bin/bash", "-o", "pipefail", "-c"]',
    doc: 'Bash; a pipe fails when any of its commands does.',
  },
  {
    form: '["/bin/bash", "-euxo", "pipefail", "-c"]',
    doc: 'Bash that stops at the first failure and prints what it runs.',
  },
  { form: '["/bin/sh", "-c"]', doc: 'The default of Linux images.' },
  {
    form: '["/bin/ash", "-eo", "pipefail", "-c"]',
    doc: 'The shell of Alpine; a pipe fails when any of its commands does.',
  },
  {
    form: '["powershell", "-Command", "$ErrorActionPreference = \'Stop\';"]',
    doc: 'Windows PowerShell that stops at the first failure.',
  },
  { form: '["pwsh", "-Command"]', doc: 'PowerShell 7.' },
  { form: '["cmd", "/S", "/C"]', doc: 'The default of Windows images.' },
];
