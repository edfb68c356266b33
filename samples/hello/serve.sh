#!/bin/sh
# Serves /srv on $PORT. The requests go to the log.
echo "hello: serving /srv on port $PORT"
httpd -f -vv -p "$PORT" -h /srv &

# The first process of a container is not ended by signals that it does not ask for.
trap 'kill $!' TERM INT
wait
