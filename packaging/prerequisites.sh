#!/bin/sh
# Names what the build or the tests need from the system, and fetches it where that is possible: root on Debian or Ubuntu.
#
#   usage: prerequisites.sh build PYTHON      what no build can do without: exits 1 when something stays missing
#          prerequisites.sh tests             programs that tests drive: what stays missing is named, and its tests are skipped
set -u

missing=""   # lines "package: what it is for"
need() {     # need PACKAGE PURPOSE COMMAND...: note the package when the command fails
    package=$1 purpose=$2
    shift 2
    "$@" >/dev/null 2>&1 || missing="$missing$package: $purpose
"
}

has_headers() { "$1" -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'; }

look() {
    missing=""
    if [ "$what" = build ]; then
        need python3 "Python 3.10 or newer" "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))'
        need python3-venv "environments of their own" "$python" -c 'import ensurepip, venv'
        need python3-dev "headers for extensions" has_headers "$python"
        compiler=${CC:-cc} # may have words before and after: ccache gcc -m64
        need gcc "a C compiler" command -v "${compiler%% *}"
        need libc6-dev "headers of the C library" test -e /usr/include/stdlib.h
    else
        need sysdig "comparisons with sysdig 0.29.3" command -v sysdig
        need python3-bpfcc "the live probe" /usr/bin/python3 -Ic 'import bcc'
    fi
}

packages() { printf '%s' "$missing" | cut -d: -f1 | tr '\n' ' '; }

what=$1
python=${2:-python3}
look
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "apt: installing $(packages)" >&2
    export DEBIAN_FRONTEND=noninteractive
    # a package without its recommendations: sysdig's would build a kernel module
    # shellcheck disable=SC2046  # a list of names
    { apt-get -qq update && apt-get -qq install -y --no-install-recommends $(packages); } >/dev/null 2>&1 ||
        echo "apt: could not install all of $(packages)" >&2
    look
    [ -z "$missing" ] && exit 0
fi

if [ "$what" = build ]; then
    echo "The build needs what this system lacks (names of Debian's packages):" >&2
    printf '%s' "$missing" | sed 's/^/  /' >&2
    exit 1
fi
printf '%s' "$missing" | sed 's/^/skipped without /' >&2
exit 0
