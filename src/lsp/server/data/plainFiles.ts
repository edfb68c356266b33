/** Names of files by endings that archives never have, and names of directories (`conf.d`, `Company.Api`) hardly ever. */
export const PLAIN_FILE =
  /\.(?:c|cfg|conf|cpp|css|csv|env|go|h|html|ini|jar|java|js|json|lock|md|mod|mjs|php|pl|properties|ps1|py|rb|rs|sh|sql|sum|toml|ts|txt|war|xml|yaml|yml)$/;
