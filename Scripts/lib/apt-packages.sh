# Sourced: unpacks a server's Debian packages into .servers/ and makes scripts that run it with its own libraries.
. Scripts/lib/apt-lists.sh

libraries="libc6 libatomic1 libjemalloc2 liblzf1 libsystemd0 libcap2 libgcrypt20 liblz4-1 liblzma5 libzstd1
    libgpg-error0 zlib1g libgcc-s1 libstdc++6"

# Writes the script NAME in a server's bin folder: it runs that program through the packages' own loader and libraries.
write_wrapper() {
    cat >"$1/bin/$2" <<WRAPPER
#!/bin/sh
# Runs $2 with the libraries unpacked beside it.
root=\$(cd "\$(dirname "\$0")/../root" && pwd)
exec "\$root/$3" --library-path "\$root/$4:\$root/usr/$4" "\$root/usr/bin/$2" "\$@"
WRAPPER
    chmod +x "$1/bin/$2"
}

# Installs the newest server of a line such as "valkey-9" as .servers/NAME-VERSION.
install_packages() {
    local name=${1%-*} lists suites packages package loader libraries_folder tool folder version
    case "$1" in
    valkey-9) lists=sid suites=sid packages="valkey-server valkey-tools libssl3t64 libssl4" ;;
    valkey-8) lists=stable suites="bookworm bookworm-backports"
        packages="valkey-server/bookworm-backports valkey-tools/bookworm-backports libssl3" ;;
    redis-7) lists=stable suites="bookworm bookworm-backports"
        packages="redis-server redis-tools libssl3 liblua5.1-0 lua-bitop lua-cjson libhiredis0.14" ;;
    esac
    make_scratch
    # shellcheck disable=SC2086  # lists of words
    fetch_lists $lists $suites || return 1
    folder="$scratch/$1"
    mkdir -p "$folder/root" "$folder/bin" "$folder/packages"
    for package in $packages $libraries; do
        # A library that the suite has under another name shows when the program is started, below.
        own_apt apt-cache "$scratch/$lists" show "${package%/*}" >/dev/null 2>&1 || continue
        (cd "$folder/packages" && own_apt apt-get "$scratch/$lists" download "$package") || return 1
    done
    for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder/root" || return 1; done
    rm -rf "$folder/packages"
    loader=$(cd "$folder/root" && find . -path '*-linux-gnu*/ld-linux*.so.*' | head -n 1)
    libraries_folder="lib/$(basename "$(dirname "$loader")")"
    for tool in "$folder/root/usr/bin/$name"-*; do
        write_wrapper "$folder" "$(basename "$tool")" "${loader#./}" "$libraries_folder"
    done
    version=$(version_of "$folder/bin/$name-server")
    [ -n "$version" ] || { echo "servers: $name-server was unpacked but does not start:" >&2
        "$folder/bin/$name-server" --version >&2; return 1; }
    mv "$folder" ".servers/$name-$version"
}
