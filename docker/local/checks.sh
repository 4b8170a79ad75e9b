# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# `./portal test` and `./portal bench`.

# portal_test PYTEST_ARGUMENTS...: linter, types, then all tests against a portal of their own. The exit code is that
# of the first that failed; pytest speaks last.
portal_test() {
    local code=0 url token
    ensure_packages test
    ensure_environment dev
    run_check "ruff check" "$venv/bin/ruff" check --quiet . || code=$?
    run_check "ruff format" "$venv/bin/ruff" format --check --quiet . || code=$?
    run_check "types" "$venv/bin/python" docker/local/typecheck.py || code=$?

    test_portal_up

    say
    # What a change does to the atlas's matching is seen in its figures; tests hold their ratios.
    (portal_ckan "$test_data" dresdensmartcity atlas evaluate "$root/test-data/evaluation/needs-and-offers.json") || code=$?

    say
    # With the caller's rights: tests write into the checkout's caches. As many processes as there are databases for
    # (`auto` is what test-environment says); a `-n 0` among the arguments has the last word.
    (cd "$root" && "$venv/bin/python" -B docker/local/stack.py --data-dir "$test_data" test-environment -- \
        "$venv/bin/python" -m pytest --numprocesses=auto --dist=loadfile "--ckan-ini=$test_data/config/test.ini" "$@") \
        || code=$?
    exit "$code"
}

# A portal that may be emptied, on ports and in a folder of its own, gone at the end: $test_data, with its admin's token.
test_portal_up() {
    purge_abandoned_tests
    test_data=$(mktemp -d "${TMPDIR:-/tmp}/smartcity-portal-test.XXXXXX")
    chmod 755 "$test_data"
    trap take_down_tests EXIT
    trap 'exit 130' INT TERM HUP
    touch "$test_data/$mark"
    echo $$ >"$test_data/tested-by"
    # In a shell of its own: its locks end with it.
    (portal_up "$test_data" --port "$(free_port)" --with-tests) || exit 1
    (portal_ckan "$test_data" user token add admin tests --quiet) 2>/dev/null | tail -n 1 | tr -d '[:space:]' >"$test_data/token"
    [ -s "$test_data/token" ] || die "no API token for the tests: ./portal ckan user token add admin tests"
}

run_check() {
    local name=$1 began=$SECONDS code=0
    shift
    (cd "$root" && "$@") || code=$?
    if [ "$code" = 0 ]; then
        done_in "$name" "$began"
    else
        say "  $name: FAILED"
    fi
    return "$code"
}

free_port() {
    "$venv/bin/python" -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import os, ports
print(ports.free_ports(("web",), os.getpid() + 500)["web"])' "$root/docker/local"
}

take_down_tests() {
    trap '' INT TERM HUP
    (portal_down "$test_data" yes) >/dev/null 2>&1 || say "portal: $test_data could not be removed: ./portal down --purge --data-dir $test_data" >&2
    rm -rf "$test_data"
}

# What a killed ./portal test left.
purge_abandoned_tests() {
    local path tester
    [ -f "$root/.portal/instances" ] || return 0
    while IFS= read -r path; do
        tester=$(cat "$path/tested-by" 2>/dev/null) || continue
        if ! kill -0 "$tester" 2>/dev/null; then
            (portal_down "$path" yes) >/dev/null 2>&1 || true
            rm -rf "$path"
        fi
    done < <(cat "$root/.portal/instances")
}

# portal_bench [NAME [ARGUMENTS...]]: one measurement of bench/ with its arguments, or all of them, beside a portal of
# their own whose databases they may fill and empty. CKAN_INI is the configuration of these databases.
portal_bench() {
    local name=${1:-} file code=0
    if [ -n "$name" ] && [ ! -f "$root/bench/$name.py" ]; then
        die "there is no measurement bench/$name.py; there are: $(cd "$root/bench" && for file in [a-z]*.py; do printf '%s ' "${file%.py}"; done)"
    fi
    ensure_packages test
    ensure_environment dev
    test_portal_up
    for file in "$root"/bench/${name:-[a-z]*}.py; do
        [ -f "$file" ] || continue
        say
        say "== ${file#"$root"/}"
        (cd "$root" && "$venv/bin/python" -B docker/local/stack.py --data-dir "$test_data" test-environment -- \
            env "CKAN_INI=$test_data/config/test.ini" "$venv/bin/python" -B "$file" "${@:2}") || code=$?
    done
    exit "$code"
}
