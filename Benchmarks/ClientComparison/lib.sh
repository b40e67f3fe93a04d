# What compare and counts share: a server, the programs, and medians. Sourced by bash.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# Builds the programs and starts a server. LOAD names a built valkey-load to measure instead.
start_all() {
    servers=$(ls -d "$root"/.servers/valkey-9*/bin | tail -n 1)
    cc -O2 -o "$work/hiredis-loop" "$root/Benchmarks/ClientComparison/hiredis-loop.c" -lhiredis -lpthread
    valkey_load=${LOAD:-}
    if [ -z "$valkey_load" ]; then
        (cd "$root" && swift build -c release --product valkey-load >"$work/build.log" 2>&1) || { cat "$work/build.log"; exit 1; }
        valkey_load=$(cd "$root" && swift build -c release --show-bin-path)/valkey-load
    fi
    port=$((20000 + $$ % 20000))
    "$servers/valkey-server" --port "$port" --bind 127.0.0.1 --save '' --dir "$work" --daemonize no >"$work/server.log" 2>&1 &
    server_pid=$!
    until "$servers/valkey-cli" -p "$port" ping >/dev/null 2>&1; do
        kill -0 "$server_pid" || { cat "$work/server.log"; exit 1; }
        sleep 0.1
    done
}

load() { "$valkey_load" --url "valkey://127.0.0.1:$port" --json "$@"; }

# Client CPU of valkey-benchmark from the shell's own accounting of its children, in microseconds per operation.
benchmark() { # COUNT OPTIONS...
    local count=$1 TIMEFORMAT='%U %S' times rate
    shift
    times=$({ time "$servers/valkey-benchmark" -p "$port" -n "$count" -q "$@" >"$work/rate" 2>/dev/null; } 2>&1)
    rate=$(tr '\r' '\n' <"$work/rate" | sed -n 's/.*: \([0-9.]*\) requests per second.*/\1/p' | tail -n 1)
    echo "$times" | awk -v n="$count" -v rate="${rate:-0}" \
        '{ printf "{\"client_cpu_us_per_operation\": %.3f, \"operations_per_second\": %s}\n", ($1 + $2) * 1e6 / n, rate }'
}

# median FILE KEY
median() {
    sed -n "s/.*\"$2\": *\([-0-9.e+]*\).*/\1/p" "$1" | sort -g | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "" }'
}

print_table() {
    echo '| work | client | CPU µs/op | ratio | ops/s | context switches/op | allocations/op |'
    echo '| --- | --- | --- | --- | --- | --- | --- |'
    local file name last= cpu yardstick=
    while IFS= read -r file; do
        name=$(basename "$file")
        cpu=$(median "$file" client_cpu_us_per_operation)
        [ "${name%%|*}" = "$last" ] || yardstick=$cpu
        last=${name%%|*}
        printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$last" "${name#*|}" "$cpu" \
            "$(awk -v a="$cpu" -v b="$yardstick" 'BEGIN { printf "%.2f", a / b }')" \
            "$(median "$file" operations_per_second | awk '{ printf "%d", $1 }')" \
            "$(median "$file" context_switches_per_operation)" "$(median "$file" allocations_per_operation)"
    done <"$work/order"
}
