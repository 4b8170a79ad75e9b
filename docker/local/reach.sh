#!/usr/bin/env bash
# Lets the account of the services reach a checkout below a folder that is closed to it, such as /root:
#     unshare --mount -- reach.sh ACCOUNT FOLDER... -- COMMAND...
#
# In the mount namespace that unshare made for this process and its children alone, the closed folder is covered by an
# empty one that holds nothing but the FOLDERs, at their own paths. Nothing changes for the rest of the system, and
# the services see less of the closed folder than a change of its mode would show them. Capabilities would not do:
# access(2), by which Java asks, leaves them out.
set -euo pipefail

account=$1
shift

# The first folder on the way to $1 that the account cannot enter.
closed_on_the_way() {
    local path=''
    local -a names
    IFS=/ read -r -a names <<<"${1#/}"
    for name in "${names[@]}"; do
        path=$path/$name
        if ! setpriv "--reuid=$account" "--regid=$account" --clear-groups test -x "$path"; then
            printf '%s\n' "$path"
            return
        fi
    done
}

kept=()
closed=()
descriptors=()
while [ "$1" != -- ]; do
    top=$(closed_on_the_way "$1")
    if [ -n "$top" ] && [ "$top" != "$1" ]; then
        # Held open, as its path is covered in a moment.
        exec {descriptor}<"$1"
        kept+=("$1")
        closed+=("$top")
        descriptors+=("$descriptor")
    fi
    shift
done
shift

covered=' '
for top in "${closed[@]}"; do
    case $covered in
        *" $top "*) ;;
        *)
            mount -t tmpfs -o mode=755,size=1m portal "$top"
            covered="$covered$top "
            ;;
    esac
done
for index in "${!kept[@]}"; do
    mkdir -p "${kept[index]}"
    mount --no-canonicalize --bind "/proc/self/fd/${descriptors[index]}" "${kept[index]}"
    descriptor=${descriptors[index]}
    exec {descriptor}<&-
done

# The working directory may be one of the covered folders.
cd "$PWD" 2>/dev/null || cd /
exec setpriv "--reuid=$account" "--regid=$account" --clear-groups "$@"
