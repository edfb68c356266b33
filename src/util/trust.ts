/** VS Code's own command that opens where one says whether a workspace is trusted. */
export const MANAGE_TRUST = 'workbench.trust.manage';
