# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# `./portal test` and `./portal bench`.

portal_bench() {
    local data=$1 file found=no
    for file in "$root"/bench/*.py; do
        [ -f "$file" ] || continue
        found=yes
        known "$data" || exit 1
        say "== ${file#"$root"/}"
        (cd "$root" && stack "$data" environment -- "$venv/bin/python" "$file") || exit 1
    done
    [ "$found" = yes ] || say "There is nothing to measure yet: bench/ holds no .py file."
}
