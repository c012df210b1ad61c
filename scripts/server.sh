# Sourced by scripts that need a running server: starts one on a free port with a data directory of its own.

server_folder=
server_pid=

# start_server COMMAND...: runs it in the background with PORT=0 and a fresh DATA_DIR, waits until it listens, and sets
# BASE_URL. A value that the caller has set in the environment wins, except for DATA_DIR.
start_server() {
    stop_server
    server_folder=$(mktemp -d "${TMPDIR:-/tmp}/tradepulse-server-XXXXXX")
    # As root the private cluster runs as another user, who must be able to walk through the folder.
    chmod 755 "$server_folder"
    mkfifo "$server_folder/lines"
    DATA_DIR="$server_folder/data" PORT="${PORT:-0}" "$@" >"$server_folder/lines" 2>"$server_folder/errors" &
    server_pid=$!
    exec {server_lines}<"$server_folder/lines"
    local line deadline=$((SECONDS + ${SERVER_START_SECONDS:-120}))
    BASE_URL=
    while [ -z "$BASE_URL" ]; do
        if ! IFS= read -r -t $((deadline > SECONDS ? deadline - SECONDS : 1)) -u "$server_lines" line; then
            echo "The server did not start listening:" >&2
            tail -n 20 "$server_folder/errors" >&2
            stop_server || true
            return 1
        fi
        printf '%s\n' "$line" >>"$server_folder/output"
        [[ $line != "listening on http"* ]] || BASE_URL=${line#listening on }
    done
    # Somebody must go on reading, or the server would block on a full pipe.
    cat <&"$server_lines" >>"$server_folder/output" &
    exec {server_lines}<&-
    export BASE_URL
}

# Ends it as an operator would; fails when it has not gone after 15 s.
stop_server() {
    [ -n "$server_pid" ] || return 0
    local status=0
    kill -TERM "$server_pid" 2>/dev/null || true
    if ! timeout 15 tail -s 0.1 --pid="$server_pid" -f /dev/null; then
        echo "The server ignored SIGTERM for 15 s" >&2
        kill -KILL "$server_pid"
        status=1
    fi
    wait "$server_pid" 2>/dev/null || true
    [ -z "${KEEP_SERVER_LOG:-}" ] || cp "$server_folder"/{output,errors} "$KEEP_SERVER_LOG" 2>/dev/null || true
    rm -rf "$server_folder"
    server_pid=
    return $status
}
