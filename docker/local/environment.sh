# shellcheck shell=bash disable=SC2154,SC2034
# (root, venv and solr_lib are set by portal and environment.sh.)
# What all portals of a checkout share, in .portal/: the Python environment, Solr's jars and, for tests, FROST-Server's;
# and the build step.

venv=$root/.portal/venv
solr_lib=$root/.portal/solr-lib
frost_lib=$root/.portal/frost-lib # tests/harvesters/sensors/frost.py finds it there
shared_log=$root/.portal/log

hash_of() {
    cat "$@" | sha256sum | cut -d' ' -f1
}

is_stamped() {
    [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

# ensure_environment [dev]: dev adds the tools of requirements-dev.txt and the servers that tests harvest.
# shellcheck disable=SC2120
ensure_environment() {
    local python_job='' maven_job='' npm_job='' failed=no began=$SECONDS dev=${1:-}
    mkdir -p "$shared_log"
    lock 7 "$root/.portal/environment.lock" "the environment of this checkout"
    # They come over the network from three places: at the same time they take as long as the slowest.
    if ! is_stamped "$venv/.stamp" "$(python_state "${1:-}")"; then
        install_python "${1:-}" "$began" &
        python_job=$!
    fi
    # One after the other: two Mavens at once would write into one store.
    (install_solr "$began" && { [ "$dev" != dev ] || install_frost "$began"; }) &
    maven_job=$!
    run_logged "$shared_log/npm.log" "$root/docker/build" --frontend &
    npm_job=$!
    for job in $python_job $maven_job $npm_job; do
        wait "$job" || failed=yes
    done
    [ "$failed" = no ] || die "the environment is not complete; ./portal up tries again"
    run_logged "$shared_log/build.log" "$root/docker/build" "$venv/bin/python" || exit 1
    sed 's/^/  /' "$shared_log/build.log"
    exec 7>&-
}

python_state() {
    local files=("$root/setup.py" "$root/requirements.txt") have
    # Once the tools of the tests are in, they stay: a later `up` does not take them out.
    if [ "${1:-}" = dev ]; then
        files+=("$root/requirements-dev.txt")
    else
        have=$(cat "$venv/.stamp" 2>/dev/null || true)
        if [ "$have" = "$(python_state dev)" ]; then
            printf '%s\n' "$have"
            return
        fi
    fi
    hash_of "${files[@]}"
}

install_python() {
    local python requirements='requirements.txt'
    python=$(find_python)
    [ "${1:-}" != dev ] || requirements='requirements-dev.txt'
    # Readable for the account of the services, whatever the caller's umask is.
    umask 022
    if ! "$venv/bin/python" -c pass 2>/dev/null; then
        rm -rf "$venv"
        run_logged "$shared_log/venv.log" "$python" -m venv "$venv" || return 1
    fi
    rm -f "$venv/.stamp"
    (cd "$root" && run_logged "$shared_log/pip.log" "$venv/bin/python" -m pip install --disable-pip-version-check \
        --no-input -r "$requirements" -e .) || return 1
    python_state "${1:-}" >"$venv/.stamp"
    done_in "Python packages" "$2"
}

solr_state() {
    hash_of "$root/docker/solr/pom.xml" "$root/docker/solr/SolrServer.java"
}

install_solr() {
    local java
    ! is_stamped "$solr_lib/.stamp" "$(solr_state)" || return 0
    java=$(find_java_home) || return 1
    umask 022
    rm -rf "$solr_lib"
    mkdir -p "$solr_lib/classes"
    JAVA_HOME=$java run_logged "$shared_log/maven.log" mvn --batch-mode --file "$root/docker/solr/pom.xml" \
        dependency:copy-dependencies "-DoutputDirectory=$solr_lib" -DincludeScope=runtime || return 1
    run_logged "$shared_log/javac.log" "$java/bin/javac" -cp "$solr_lib/*" -d "$solr_lib/classes" \
        "$root/docker/solr/SolrServer.java" || return 1
    solr_state >"$solr_lib/.stamp"
    done_in "Solr" "$1"
}

install_frost() {
    local before
    before=$(cat "$frost_lib/.stamp" 2>/dev/null || true)
    run_logged "$shared_log/frost.log" "$root/docker/frost/build" "$frost_lib" || return 1
    is_stamped "$frost_lib/.stamp" "$before" || done_in "FROST-Server for tests" "$1"
}

# shellcheck disable=SC2119
portal_build() {
    ensure_packages
    ensure_environment
    say "Front end and translations are built."
}
