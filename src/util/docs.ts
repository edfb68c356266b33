/** The scheme that pages of docs/ have in VS Code, which reads them from one file of the package: `stevedore-docs:/rules/DL3000.md`. */
export const DOCS_SCHEME = 'stevedore-docs';
