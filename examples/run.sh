#!/bin/sh
# Installs what is missing on this machine, and binds the example page into output/ as PDF and EPUB.
#
#     sh examples/run.sh
#
# Exit codes are those of threadbound itself; 6 when something is missing that this user may not install.
set -eu
cd "$(dirname "$0")/.."
. .ci/bootstrap.sh
prepare project

PAGE=examples/how-a-book-is-sewn.html
for verb in pdf epub; do
    "$PYTHON" -m threadbound "$verb" --offline --force --output-dir output "$PAGE"
done
say 'the books lie in output/:'
ls -l output >&2
say "bind a page of your own:  $ENVIRONMENT/bin/threadbound pdf PAGE"
