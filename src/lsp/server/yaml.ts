/** What is used of the YAML library. The bundles have it as a file of its own, which is loaded with the first YAML there is. */
export { LineCounter, isAlias, isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
export type { Alias, Document, Node, Scalar, YAMLMap } from 'yaml';
