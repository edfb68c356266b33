/**
 * The README as VS Code shows it on the extension's page, where no path of this project leads anywhere: without pictures, without
 * what is for those who have a clone, and with the words alone of links to files.
 */
export function extensionPage(readme: string): string {
  return readme
    .replace(/<!-- clone -->[^]*?<!-- \/clone -->\n*/g, '')
    .replace(/!\[[^\]]*\]\((?!https?:)[^)]*\)\n*/g, '')
    .replace(/\s*(?:\(\[more on [^\]]*\]\([^)]*\)\)|\[More on [^\]]*\]\((?!https?:)[^)]*\)\.)/g, '')
    .replace(/\[([^\]]*)\]\((?!https?:)[^)]*\)/g, '$1');
}
