# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# The commands that start, stop and ask the services. As root they run under an account of their own.

account=smartcity-portal
mark=.smartcity-portal
folders=(config log run postgres redis solr storage)

# --- the data directory

# A directory that holds something else is never made a portal's, and so never purged.
check_data_dir() {
    if [ -e "$1/$mark" ] || [ "$1" = "$root/.portal" ] || [ ! -e "$1" ]; then
        return
    fi
    [ -d "$1" ] || die "--data-dir $1 is not a directory"
    [ -z "$(ls -A "$1")" ] || die "--data-dir $1 holds something else; choose an empty or a new directory"
}

make_data_dir() {
    local folder
    check_owner "$1"
    mkdir -p "$1"
    touch "$1/$mark"
    # Wherever it lies, in a checkout too, it is no part of anybody's repository.
    echo '*' >"$1/.gitignore"
    for folder in "${folders[@]}"; do
        mkdir -p "$1/$folder"
    done
    chmod 700 "$1/config" "$1/run"
    register "$1"
    if is_root; then
        ensure_account "$1"
        for folder in "${folders[@]}"; do
            # All of it where the account was made anew since: then its number is another one.
            if [ "$(stat -c %U "$1/$folder")" != "$account" ]; then
                chown -R "$account:$account" "$1/$folder"
            fi
        done
    fi
}

ensure_account() {
    if ! id "$account" >/dev/null 2>&1; then
        useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin "$account"
        touch "$1/account-created"
    fi
}

# Which data directories use this checkout's environment: the last one to be purged takes it along.
register() {
    grep -Fqx -- "$1" "$root/.portal/instances" 2>/dev/null || printf '%s\n' "$1" >>"$root/.portal/instances"
}

unregister() {
    local known=$root/.portal/instances path
    [ -f "$known" ] || return 0
    while IFS= read -r path; do
        if [ "$path" != "$1" ] && [ -e "$path/$mark" ]; then
            printf '%s\n' "$path"
        fi
    done <"$known" >"$known.new"
    mv "$known.new" "$known"
}

# What root has started, root alone can stop.
check_owner() {
    if [ -d "$1/config" ] && ! is_root && [ ! -O "$1/config" ]; then
        die "the portal in $1 belongs to $(stat -c %U "$1/config"): use sudo ./portal, or another --data-dir"
    fi
}

# --- rights

# Sets as_service: how to start something with the rights of the services. PostgreSQL refuses to run as root.
choose_rights() {
    as_service=()
    is_root || return 0
    as_service=(setpriv "--reuid=$account" "--regid=$account" --clear-groups)
    can_reach "$1" && return
    as_service=(unshare --mount -- "$root/docker/local/reach.sh" "$account" "$root" "$1" --)
    can_reach "$1" && return
    die "the account $account cannot read $root or $1. Put the checkout where all may read, for example below /srv, and open it: chmod -R a+rX $root"
}

can_reach() {
    "${as_service[@]}" head -c 1 "$root/portal" >/dev/null 2>&1 \
        && "${as_service[@]}" test -r "$1/$mark" \
        && "${as_service[@]}" "$venv/bin/python" -c 'import supervisor' 2>/dev/null
}

stack() {
    local data=$1
    shift
    "${as_service[@]}" "$venv/bin/python" -B "$root/docker/local/stack.py" --data-dir "$data" "$@"
}

# --- commands

# shellcheck disable=SC2119
portal_up() {
    local data=$1 postgres java
    shift
    check_data_dir "$data"
    mkdir -p "$root/.portal"
    say "Starting the portal in $data"
    ensure_packages
    ensure_environment
    make_data_dir "$data"
    lock 8 "$data/lock" "$data"
    postgres=$(postgres_for "$data")
    java=$(find_java_home)/bin/java
    # With the caller's rights: root sees who holds a port.
    "$venv/bin/python" -B "$root/docker/local/stack.py" --data-dir "$data" preflight "$@" || exit 1
    choose_rights "$data"
    stack "$data" up "$@" --postgres-bin "$postgres" --java "$java" --solr-lib "$solr_lib" || exit 1
}

# A cluster stays with the version that made it.
postgres_for() {
    local version=''
    if [ -f "$1/postgres/PG_VERSION" ]; then
        version=$(cat "$1/postgres/PG_VERSION")
        [ -x "/usr/lib/postgresql/$version/bin/postgres" ] \
            || die "the data in $1 were made by PostgreSQL $version, which is not installed any more (package postgresql-$version)"
        printf '/usr/lib/postgresql/%s/bin\n' "$version"
    else
        find_postgres
    fi
}

# known DATA_DIR: stop where there is nothing to ask.
known() {
    if [ ! -e "$1/$mark" ] || [ ! -x "$venv/bin/python" ]; then
        say "Nothing was ever started in $1: ./portal up"
        return 1
    fi
    if is_root && ! id "$account" >/dev/null 2>&1; then
        say "The account $account is gone; ./portal up makes it anew."
        return 1
    fi
    check_owner "$1"
    choose_rights "$1"
}

portal_status() {
    known "$1" || exit 3
    stack "$1" status
}

portal_ckan() {
    local data=$1
    shift
    known "$data" || exit 1
    stack "$data" ckan -- "$@"
}

portal_logs() {
    local data=$1 service=${2:-} files
    [ -d "$data/log" ] || die "nothing was ever started in $data: ./portal up"
    if [ -n "$service" ]; then
        files=("$data/log/$service.log")
        [ -f "${files[0]}" ] || die "no log of $service; there are: $(cd "$data/log" && printf '%s ' *.log | sed 's/\.log//g')"
    else
        files=("$data"/log/*.log)
    fi
    if [ -t 1 ]; then
        exec tail -n 40 -F "${files[@]}"
    fi
    tail -n 100 "${files[@]}"
}

portal_down() {
    local data=$1 purge=$2
    if [ -e "$data/$mark" ]; then
        lock 8 "$data/lock" "$data"
        if known "$data"; then
            stack "$data" down || exit 1
        fi
    elif [ "$purge" = no ]; then
        say "Nothing was ever started in $data."
    fi
    if [ "$purge" = yes ]; then
        purge "$data"
    fi
}

purge() {
    local data=$1 folder created=no
    if [ -e "$data/$mark" ]; then
        [ ! -e "$data/account-created" ] || created=yes
        for folder in "${folders[@]}"; do
            rm -rf "${data:?}/$folder"
        done
        rm -f "$data/$mark" "$data/.gitignore" "$data/account-created" "$data/lock" "$data/tested-by" "$data/token"
        rmdir "$data" 2>/dev/null || true
    fi
    unregister "$data"
    if [ ! -s "$root/.portal/instances" ]; then
        rm -rf "$root/.portal"
    fi
    if [ "$created" = yes ] && is_root && ! account_is_used; then
        userdel "$account" 2>/dev/null || true
    fi
    say "Removed: $data and all that ./portal made for it. Installed packages stay."
}

account_is_used() {
    local number folder
    number=$(id -u "$account" 2>/dev/null) || return 1
    for folder in /proc/[0-9]*; do
        [ "$(stat -c %u "$folder" 2>/dev/null)" != "$number" ] || return 0
    done
    return 1
}
