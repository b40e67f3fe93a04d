# Sourced: apt with lists and a cache of its own, on the archive that this machine is set up with; the system's stay as they are.

scratch=""

# Makes the folder $scratch, removed at exit, with apt's settings less its hooks.
make_scratch() {
    [ -n "$scratch" ] && return
    mkdir -p .servers
    scratch=$(mktemp -d "$PWD/.servers/.scratch-XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    {
        apt-config dump | grep -v -e Invoke
        echo 'Dir::Etc::Parts "/dev/null"; Dir::Etc::SourceParts "/dev/null";'
        echo 'Acquire::Languages "none"; Acquire::Retries "3"; APT::Sandbox::User "root";'
    } >"$scratch/apt.conf"
}

# Runs an apt tool on lists and a cache of its own; the machine's settings (proxies, credentials) stay in force, its hooks do not.
own_apt() {
    local tool=$1 lists=$2
    shift 2
    APT_CONFIG="$scratch/apt.conf" "$tool" -q=2 -o "Dir::Etc::SourceList=$lists/sources.list" \
        -o "Dir::State::Lists=$lists/lists" -o "Dir::Cache=$lists/cache" -o Dir::State::status=/dev/null "$@"
}

# Prints the first Debian archive among the addresses apt is set up with, the security archive excepted.
archive_address() {
    apt-get --print-uris update 2>/dev/null | sed -n "s|^'\(.*\)/dists/[^']*/InRelease'.*|\1|p" |
        grep -v -e security | grep -m 1 -i debian
}

# Fills $scratch/NAME with the lists of the suites given, once a run.
fetch_lists() {
    local lists="$scratch/$1" suite archive keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    shift
    [ -e "$lists/done" ] && return
    archive=$(archive_address) || { echo "servers: apt is not set up with a Debian archive." >&2; return 1; }
    [ -r $keyring ] || { echo "servers: $keyring is missing; install debian-archive-keyring." >&2; return 1; }
    mkdir -p "$lists/lists/partial" "$lists/cache/archives/partial"
    for suite in "$@"; do echo "deb [signed-by=$keyring] $archive $suite main"; done >"$lists/sources.list"
    own_apt apt-get "$lists" update && touch "$lists/done"
}
