#!/bin/sh
# Serves /srv on $PORT. The requests go to the log, one a line.
echo "hello: serving /srv on port $PORT"
exec httpd -f -vv -p "$PORT" -h /srv
