#!/bin/sh
# Writes so many pages into the working directory, each with a link to the next one.
set -e
total=$1
page=1
echo "writing $total pages"
while [ "$page" -le "$total" ]; do
  sed "s/@number@/$page/; s/@total@/$total/; s/@next@/$((page % total + 1))/" /page.html > "$page.html"
  if [ $((page % 100)) -eq 0 ]; then echo "$page of $total"; fi
  page=$((page + 1))
done
cp 1.html index.html
