# A burn daemon in a container. docs/deployment.md, "In a container", says how to give it drives and how to stop it.
# The base is not pinned by digest: each build takes Debian's present packages anyway, with what was mended in them.

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates g++ libnode-dev make nodejs npm python3
WORKDIR /build
COPY . .
RUN npm ci
RUN node packaging/install-files.mjs /installed
RUN cc -O2 -Wall -Wextra -Werror -o /installed/init container/init.c

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /installed /usr/lib/spindle
RUN ln -s /usr/lib/spindle/dist/main.js /usr/bin/spindled \
 && ln -s /usr/lib/spindle/dist/cli/main.js /usr/bin/spindle \
 && groupadd --system --gid 970 spindle \
 && useradd --system --uid 970 --gid spindle --groups cdrom --home-dir /var/lib/spindle --no-create-home spindle \
 && install -d -o spindle -g spindle -m 0700 /var/lib/spindle \
 && install -d -o spindle -g spindle -m 0755 /run/spindle
ENV STATE_DIRECTORY=/var/lib/spindle RUNTIME_DIRECTORY=/run/spindle SPINDLE_SOCKET=/run/spindle/api.sock NODE_ENV=production
VOLUME /var/lib/spindle
USER spindle
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/lib/spindle/init", "/usr/bin/spindled"]
CMD ["--root", "srv=/srv"]
