# Sourced by engine tests: the scripted endpoint, and counting.
#
#     . "$(dirname "$0")/server.sh"
#     start_server --script script.json      # sets URL
#     run anamnesis probe --base-url "$URL"  # sets STATUS; output in out, err
#     expect "it is reachable" "grep -q reachable out"
#     finish
#
# Works in a temporary folder of its own; servers end with the test.
set -u
root=${ROOT:-$(cd "$(dirname "$0")/../.." && pwd)}
build=${BUILD:-$root/build/release}
anamnesis=${ANAMNESIS:-$build/anamnesis}
shared=$root/../shared
folder=$(mktemp -d)
cd "$folder" || exit 1
passed=0 failed=0 skipped=0 servers=
trap 'kill $servers 2>/dev/null; rm -rf "$folder"' EXIT
export NO_COLOR=1
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy

start_server() { # OPTIONS
    mkfifo port.$$
    "$build/test/server/testserver" --seconds 600 "$@" >port.$$ &
    SERVER=$!
    servers="$servers $SERVER"
    read -r _ PORT <port.$$
    rm port.$$
    URL=http://127.0.0.1:$PORT/v1
}

run() { # WORDS of the program
    shift
    "$anamnesis" "$@" >out 2>err </dev/null
    STATUS=$?
}

expect() { # SENTENCE COMMAND
    if (eval "$2") >/dev/null 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $1"
        echo "    $2"
        echo "    exit ${STATUS:-}; out: $(head -c 600 out); err: $(head -c 600 err)"
    fi
}

skip() { # SENTENCE WHY
    skipped=$((skipped + 1))
    echo "skipped: $1 ($2)"
}

# The answer of a check in the JSON of probe.
answer() { # NAME
    grep -o "{\"name\":\"$1\",\"answer\":\"[a-z]*\"" out | sed 's/.*:"//; s/"//'
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ $failed = 0 ]
}
