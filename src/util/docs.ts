/** The scheme that pages of docs/ have in VS Code, which reads them from one file of the package: `stevedore-docs:/rules/DL3000.md`. */
export const DOCS_SCHEME = 'stevedore-docs';

/** The scheme of documents that show what is known of an object: `stevedore:/container/web.json`. */
export const SHOWN_SCHEME = 'stevedore';
