# Sourced: runs the steps of a long script, each with its time, and stops at the first that fails.

log_folder=$(mktemp -d)
trap 'rm -rf "$log_folder"' EXIT
summary=""
steps_started=$SECONDS

# step [--show PATTERN] NAME COMMAND...: runs a command quietly; shows its whole log if it fails, else the last line with PATTERN.
step() {
    local pattern="" name log started=$SECONDS status=0
    if [ "$1" = --show ]; then pattern=$2; shift 2; fi
    name=$1
    shift
    log="$log_folder/log"
    printf '%-52s' "$name ..."
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ $status -ne 0 ]; then
        printf 'FAILED after %d s\n' $((SECONDS - started))
        # What failed may stand far above the end, between the lines of other files and tests: it comes last here, since
        # some who keep this keep its end only.
        echo "--- the log's last lines:"
        tail -n 100 "$log"
        echo "--- what failed:"
        grep -E -A 60 'WARNING: ThreadSanitizer|ERROR: AddressSanitizer' "$log" | head -n 150 || true
        grep -E 'error:|✘' "$log" | head -n 100 || true
        grep -E 'recorded an issue|error:|^SUMMARY:' "$log" | head -n 8 || true
        echo
        echo "FAILED: $name (exit status $status): $*"
        exit 1
    fi
    printf '%5d s\n' $((SECONDS - started))
    summary="$summary$(printf '%6d s  %s' $((SECONDS - started)) "$name")
"
    if [ -n "$pattern" ]; then grep -E "$pattern" "$log" | tail -n 1 | sed 's/^/    /'; fi
}

# Says what has been done, and how long it took.
finish() {
    echo
    printf '%s' "$summary"
    printf '%6d s  in all. Everything passed.\n' $((SECONDS - steps_started))
}

# need PROGRAM REASON: stops when a program is missing.
need() { command -v "$1" >/dev/null || { echo "$1 is missing: $2" >&2; exit 69; }; }
