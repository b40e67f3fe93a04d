# Sourced: real servers on free loopback ports in a temporary folder, stopped by their process ids whatever happens.

servers_folder=$(mktemp -d /tmp/toolkit-XXXXXX)
server_pids=""
next_port=$((20000 + RANDOM % 10000))
server_home=$(Scripts/servers --print valkey-9 | cut -d ' ' -f 2-)
trap stop_local_servers EXIT
trap 'exit 130' INT TERM HUP

stop_local_servers() {
    trap '' INT TERM HUP
    for pid in $server_pids; do kill "$pid" 2>/dev/null || true; done
    for pid in $server_pids; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$servers_folder"
}

# Sends a command to the server on a port: ask PORT WORD...
ask() { local port=$1; shift; "$server_home/bin/valkey-cli" -p "$port" "$@" 2>/dev/null; }

# Sets $port to one that nobody listens on.
take_port() {
    while port=$next_port next_port=$((next_port + 1)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
}

# Starts a server with more options on a free port, which it leaves in $port; its Unix socket is $servers_folder/$port/socket.
start_local_server() {
    local try pid
    for try in 1 2 3 4 5; do
        take_port
        mkdir "$servers_folder/$port"
        "$server_home/bin/valkey-server" --port "$port" --bind 127.0.0.1 --unixsocket "$servers_folder/$port/socket" \
            --dir "$servers_folder/$port" --save "" --daemonize no "$@" >"$servers_folder/$port/log" 2>&1 </dev/null &
        pid=$!
        server_pids="$server_pids $pid"
        until [ "$(ask "$port" ping)" = PONG ]; do
            kill -0 "$pid" 2>/dev/null || continue 2
            sleep 0.05
        done
        return
    done
    cat "$servers_folder"/*/log >&2
    return 1
}

# Starts a cluster of three primaries and waits until all of them serve; leaves one's port in $port.
start_local_cluster() {
    local ports="" addresses="" bus=""
    for _ in 1 2 3; do
        take_port
        bus=$port
        start_local_server --cluster-enabled yes --cluster-config-file nodes.conf --cluster-port "$bus" \
            --cluster-node-timeout 2000 --cluster-require-full-coverage no
        ports="$ports $port"
        addresses="$addresses 127.0.0.1:$port"
    done
    # shellcheck disable=SC2086  # a list of words
    "$server_home/bin/valkey-cli" --cluster create $addresses --cluster-yes >"$servers_folder/create.log" 2>&1 ||
        { cat "$servers_folder/create.log" >&2; return 1; }
    for port in $ports; do until ask "$port" cluster info | grep -q cluster_state:ok; do sleep 0.05; done; done
}
