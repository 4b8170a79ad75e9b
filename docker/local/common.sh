# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# What the other parts of ./portal share: messages, paths, locks.

die() {
    echo "portal: $*" >&2
    exit 1
}

say() {
    printf '%s\n' "$*"
}

# done_in NAME SECONDS_AT_BEGIN: a finished step, as docker/local/start.py prints them too.
done_in() {
    local name="$1 "
    printf '  %s%s %5d s\n' "$name" "$(printf '%*s' $((24 - ${#name})) '' | tr ' ' .)" $((SECONDS - $2))
}

absolute_path() {
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s\n' "$PWD/$1" ;;
    esac
}

is_root() {
    [ "$(id -u)" = 0 ]
}

# as_root COMMAND...: only for apt and what surrounds it.
as_root() {
    if is_root; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "installing packages needs root or sudo. Ask an administrator to install what docker/README.md lists, or use docker/"
    fi
}

# lock FD FILE WHAT: hold FILE until this process and the installers that it started have ended.
lock() {
    eval "exec $1>>\"\$2\""
    if ! flock --nonblock "$1"; then
        say "Another ./portal is at work on $3; waiting for it ..."
        flock "$1"
    fi
}

# run_logged LOG COMMAND...: quiet unless it fails.
run_logged() {
    local log=$1
    shift
    if ! "$@" >"$log" 2>&1; then
        {
            echo "portal: this failed: $*"
            tail -n 25 "$log" | sed 's/^/    /'
            echo "The whole log is in $log"
        } >&2
        return 1
    fi
}
