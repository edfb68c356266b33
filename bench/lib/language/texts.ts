/** A Dockerfile of 42 lines as people write them, with a few things to find. */
export const SMALL = `# syntax=docker/dockerfile:1
ARG NODE_VERSION=22
FROM node:\${NODE_VERSION}-alpine AS base
WORKDIR /app
ENV NODE_ENV=production \\
    PORT=3000

# Dependencies in a layer of their own.
FROM base AS deps
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \\
    npm ci --omit=dev

FROM base AS build
ARG VERSION
COPY package.json package-lock.json tsconfig.json ./
RUN --mount=type=cache,target=/root/.npm npm ci
COPY src ./src
RUN npm run build && \\
    rm -rf node_modules/.cache

FROM debian:12-slim AS tools
RUN apt-get update \\
    && apt-get install -y --no-install-recommends \\
        ca-certificates \\
        curl \\
    && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /usr/local/bin

FROM base
LABEL org.opencontainers.image.title="demo" \\
      org.opencontainers.image.version="$VERSION"
COPY --from=deps /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=tools /usr/local/bin/tool /usr/local/bin/tool
RUN addgroup -S app && adduser -S app -G app
USER app
EXPOSE 3000/tcp
HEALTHCHECK --interval=30s --timeout=3s \\
    CMD wget -qO- http://localhost:3000/health || exit 1
ENTRYPOINT ["node"]
CMD ["dist/server.js"]
`;

/** A file of about that many lines, 12 in each stage; lines are of one length, however many there are. */
export function stages(lines: number): string {
  const text: string[] = [];
  const number = (i: number) => String(i).padStart(4, '0');
  for (let i = 0; text.length * 12 < lines; i++) {
    const n = number(i);
    text.push(`FROM alpine:3.20 AS stage${n}
ARG VERSION${n}=1.${n}
ENV HOME${n}="/home/$VERSION${n}" LANG=C
WORKDIR /app
COPY --from=stage${number(Math.max(0, i - 1))} /app/bin /app/bin
RUN apk add --no-cache curl~=8 \\
    && echo "$VERSION${n}" > /etc/version \\
    && rm -rf /tmp/*
# What it listens on.
EXPOSE 8080
CMD ["serve", "--port", "8080"]
`);
  }
  return text.join('\n');
}

const repeat = (count: number, make: (i: number) => string, separator: string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(separator);

/** One RUN of that many lines; ten thousand are short enough to be taken apart. */
export function longRun(lines: number): string {
  const line = (i: number) => `echo ${String(i).padStart(4, '0')} "$A"`;
  return `FROM alpine:3.20\nRUN ${repeat(lines, line, ' \\\n  && ')}\n`;
}

/** Files that nobody writes, and that hold up those who are not prepared. */
export const PATHOLOGICAL: Readonly<Record<string, string>> = {
  'one RUN of 10,000 lines': longRun(10_000),
  'one line of 100 KB': `FROM alpine:3.20\nRUN ${repeat(7000, () => 'echo "a $B"', ' && ')}\n`,
  'a heredoc of 63 KB': `FROM alpine:3.20\nRUN <<EOF\n${repeat(3000, () => 'echo "some text" $HOME', '\n')}\nEOF\n`,
  'a CMD of 5,000 strings': `FROM alpine:3.20\nCMD [${repeat(5000, (i) => `"argument ${i}"`, ', ')}]\n`,
  'a COPY of 5,000 sources': `FROM alpine:3.20\nCOPY ${repeat(5000, (i) => `file${i}`, ' ')} /app/\n`,
  'an ENV of 2,000 pairs': `FROM alpine:3.20\nENV ${repeat(2000, (i) => `KEY${i}="value $KEY${Math.max(0, i - 1)}"`, ' \\\n    ')}\n`,
  '10,000 comments': `FROM alpine:3.20\n${'# a comment\n'.repeat(10_000)}`,
};
