# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# The distribution's packages: find what is there, install only what is missing, and start nothing.

snippet_folder=/etc/postgresql-common/createcluster.d
snippet=$snippet_folder/00-smartcity-portal.conf
policy=/usr/sbin/policy-rc.d

# --- what is there

is_new_python() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# The distribution's own Python first: it is the one whose headers and venv the packages bring.
find_python() {
    local candidate
    for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11 python3.10; do
        if is_new_python "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

python_can() {
    local python
    python=$(find_python) && "$python" -c "$1" 2>/dev/null
}

# The folder of the newest PostgreSQL that has PostGIS.
find_postgres() {
    local folder
    for folder in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        if [ -x "$folder/postgres" ] && [ -x "$folder/initdb" ] && [ -f "$(postgis_control "$folder")" ]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    return 1
}

postgis_control() {
    local version=${1%/bin}
    printf '/usr/share/postgresql/%s/extension/postgis.control\n' "${version##*/}"
}

# A Java that compiles, 17 or later; the oldest of them, as Solr was tried with it.
find_java_home() {
    local folder version
    for folder in $(printf '%s\n' "${JAVA_HOME:-}" /usr/lib/jvm/* | sort -V); do
        if [ ! -x "$folder/bin/javac" ] || [ ! -f "$folder/release" ]; then
            continue
        fi
        version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$folder/release")
        if [ "${version:-0}" -ge 17 ]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    return 1
}

has_library() {
    local known
    known=$(/sbin/ldconfig -p 2>/dev/null) || known=$(ldconfig -p 2>/dev/null) || known=
    [[ $known == *"$1"* ]]
}

# missing_parts [test]: what the system lacks, a word a line; `test` adds the browser.
missing_parts() {
    find_python >/dev/null || echo python
    python_can 'import ensurepip, venv' || echo python-venv
    python_can 'import sysconfig, pathlib; pathlib.Path(sysconfig.get_path("include"), "Python.h").stat()' \
        || echo python-headers
    command -v cc >/dev/null && command -v make >/dev/null || echo compiler
    command -v pg_config >/dev/null && [ -f "$(pg_config --includedir 2>/dev/null)/libpq-fe.h" ] || echo libpq
    has_library libmagic.so.1 || echo libmagic
    [ -f /usr/share/trans/de-en ] || echo dictionary
    find_postgres >/dev/null || echo postgres
    command -v redis-server >/dev/null && command -v redis-cli >/dev/null || echo redis
    find_java_home >/dev/null || echo java
    command -v mvn >/dev/null || echo maven
    command -v npm >/dev/null && command -v node >/dev/null || echo node
    command -v setpriv >/dev/null && command -v flock >/dev/null || echo util-linux
    if [ "${1:-}" = test ]; then
        find_chromium >/dev/null || echo chromium
    fi
}

find_chromium() {
    local name
    for name in chromium chromium-browser google-chrome; do
        # Ubuntu's package of this name only points to a snap, which no test can drive.
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    return 1
}

# --- what brings it

newest_package() {
    apt-cache search --names-only "$1" | cut -d' ' -f1 | sort -V | tail -n 1
}

packages_for() {
    local postgis java
    case $1 in
        python) echo python3 ;;
        python-venv) echo python3-venv ;;
        python-headers) echo python3-dev ;;
        compiler) echo build-essential ;;
        libpq) echo libpq-dev ;;
        libmagic) newest_package '^libmagic1(t64)?$' ;;
        dictionary) echo trans-de-en ;;
        postgres)
            postgis=$(newest_package '^postgresql-[0-9]+-postgis-3$')
            [ -n "$postgis" ] || die "the package sources of this system have no PostGIS. Use docker/ (docker/README.md)"
            echo "$postgis ${postgis%-postgis-3}"
            ;;
        redis) echo redis-server ;;
        java)
            for java in 17 21 25; do
                if apt-cache show "openjdk-$java-jdk-headless" >/dev/null 2>&1; then
                    echo "openjdk-$java-jdk-headless"
                    return
                fi
            done
            die "the package sources of this system have no Java 17 or later. Use docker/ (docker/README.md)"
            ;;
        maven) echo maven ;;
        # NodeSource's package brings npm with it and refuses the distribution's.
        node) if command -v node >/dev/null || ! apt-cache show npm >/dev/null 2>&1; then echo npm; else echo nodejs npm; fi ;;
        util-linux) echo util-linux ;;
        chromium) echo chromium ;;
    esac
}

# ensure_packages [test]
# shellcheck disable=SC2119,SC2120
ensure_packages() {
    local missing part names=() began=$SECONDS log
    [ "$(uname -s)" = Linux ] || die "this system is $(uname -s); ./portal serves Debian and Ubuntu. Use docker/ (docker/README.md)"
    missing=$(missing_parts "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    command -v apt-get >/dev/null \
        || die "missing here: $missing- and there is no apt to install it. ./portal serves Debian and Ubuntu; elsewhere use docker/ (docker/README.md)"
    say "Installing what is missing: $missing"
    mkdir -p "$root/.portal/log"
    log=$root/.portal/log/apt.log
    run_logged "$log" as_root apt-get update -q || say "The package lists could not be renewed; trying with the old ones"
    for part in $missing; do
        # Several names may come back.
        # shellcheck disable=SC2207
        names+=($(packages_for "$part"))
    done
    with_nothing_started install_packages "$log" "${names[@]}"
    missing=$(missing_parts "$@" | tr '\n' ' ')
    [ -z "$missing" ] || die "still missing after installing ${names[*]}: $missing. Use docker/ (docker/README.md)"
    done_in "system packages" "$began"
}

install_packages() {
    local log=$1
    shift
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q --yes --no-install-recommends "$@" >"$log" 2>&1 && return
    # Mirrors fail for a moment now and then.
    sleep 5
    run_logged "$log" as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q --yes --no-install-recommends "$@"
}

# with_nothing_started COMMAND...: no cluster is created and no server started by the packages that COMMAND installs.
# Servers that are there already, and settings that somebody else made, stay as they are.
with_nothing_started() {
    local had_redis=no
    ! command -v redis-server >/dev/null || had_redis=yes
    made_snippet=no made_folders='' made_policy=no
    # In a shell of its own, whose end in any way but kill -9 takes the guards out again.
    # shellcheck disable=SC2030,SC2031
    (
        trap remove_guards EXIT
        trap 'exit 130' INT TERM HUP
        if [ ! -e "$snippet" ]; then
            make_folders
            made_snippet=yes
            echo 'create_main_cluster = false' | as_root tee "$snippet" >/dev/null
        fi
        if [ ! -e "$policy" ]; then
            made_policy=yes
            printf '%s\n' '#!/bin/sh' '# Of ./portal, while it installs packages.' \
                'case " $* " in *" postgresql"* | *" redis"*) exit 101 ;; esac' 'exit 0' \
                | as_root tee "$policy" >/dev/null
            as_root chmod 755 "$policy"
        fi
        "$@"
    ) || die "the packages could not be installed"
    if [ "$had_redis" = no ] && [ -d /run/systemd/system ]; then
        # The package would start a Redis of its own with the next boot.
        as_root systemctl disable --quiet redis-server || say "redis-server.service could not be disabled; see systemctl status redis-server"
    fi
}

# shellcheck disable=SC2031
make_folders() {
    local folder
    for folder in /etc/postgresql-common "$snippet_folder"; do
        if [ ! -d "$folder" ]; then
            as_root mkdir "$folder"
            made_folders="$folder $made_folders"
        fi
    done
}

# shellcheck disable=SC2031
remove_guards() {
    local folder
    [ "$made_snippet" = no ] || as_root rm -f "$snippet"
    for folder in $made_folders; do
        as_root rmdir "$folder" 2>/dev/null || true # not empty: the packages live there now
    done
    [ "$made_policy" = no ] || as_root rm -f "$policy"
}
