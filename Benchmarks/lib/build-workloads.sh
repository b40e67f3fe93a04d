# Sourced: builds what codec-table and instructions run.

# Prints the path of the program. The harness is left out: it comes over the network, and this needs none.
build_workloads() {
    local package log
    package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    export BENCHMARKS_WITHOUT_HARNESS=1
    set -- --package-path "$package" --scratch-path "$package/.build-workloads" -c release
    log=$(swift build "$@" --product codec-workloads 2>&1) || { echo "$log" >&2; return 1; }
    echo "$(swift build "$@" --show-bin-path)/codec-workloads"
}
