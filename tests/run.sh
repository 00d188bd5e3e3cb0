#!/bin/sh
# Installs what the tests need, lints, and runs the tests.
#
#     sh tests/run.sh [--all] [--lint] [PYTEST'S ARGUMENTS…]
#
# --all   the slow tests too: outside judges (EPUBCheck, veraPDF, Ace, two EPUB readers, golden pages) and trials that
#         kill, damage or bind many times; so does CI=true
# --lint  only the linters
# Every part runs, whatever the parts before it said; the status is 1 when any of them failed.
set -eu
cd "$(dirname "$0")/.."
. .ci/bootstrap.sh

only_lint=
case ${CI:-} in true | 1) judges=yes ;; *) judges= ;; esac
while [ $# -gt 0 ]; do
    case $1 in
        --all) judges=yes ;;
        --lint) only_lint=yes ;;
        *) break ;;
    esac
    shift
done

prepare development
[ -n "$only_lint" ] || command -v pdftotext >/dev/null 2>&1 || apt_install poppler-utils ||
    say 'without pdftotext (package poppler-utils) a few tests are skipped'
[ -n "$only_lint" ] || [ -z "$judges" ] || want_npm

failed=
# part NAME COMMAND…: runs it and remembers its failure.
part() {
    name=$1
    shift
    printf '\n== %s\n' "$name"
    "$@" || failed="$failed, $name"
}

PATH=$ENVIRONMENT/bin:$PATH
export PATH
part 'ruff check' ruff check .
part 'ruff format' ruff format --check .
part 'mypy' mypy
part 'import-linter' lint-imports
if [ -n "$failed" ]; then
    printf '\n== lint FAILED: %s\n' "${failed#, }"
else
    printf '\n== lint passed\n'
fi
if [ -n "$only_lint" ]; then
    [ -z "$failed" ]
    exit
fi

# pytest is last: its closing line is the last one printed. Arguments of the caller come last, so that they win.
if [ -z "$judges" ]; then
    set -- -m 'not judge and not slow' "$@"
fi
printf '\n'
"$PYTHON" -m pytest -n 2 "$@" || exit 1
[ -z "$failed" ]
