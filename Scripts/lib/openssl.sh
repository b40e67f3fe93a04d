# Sourced: finds OpenSSL 3's headers, or unpacks the Debian packages that have them into .servers/, without root.
. Scripts/lib/apt-lists.sh

# Whether the compiler finds them by itself.
has_openssl() {
    printf '#include <openssl/ssl.h>\n#if OPENSSL_VERSION_MAJOR < 3\n#error old\n#endif\n' |
        clang -E -x c - >/dev/null 2>&1
}

# Writes what pkg-config, and SwiftPM, should know of the packages unpacked in a folder.
write_pkg_config() {
    local root=$1/root libraries
    libraries=$(dirname "$(find "$root" -name libssl.so | head -n 1)")
    mkdir -p "$1/pkgconfig"
    cat >"$1/pkgconfig/openssl.pc" <<PC
Name: OpenSSL
Description: OpenSSL, unpacked here for the tests
Version: 3
Cflags: -I$root/usr/include -I$root/usr/include/$(basename "$libraries")
Libs: -L$libraries -lssl -lcrypto
PC
}

# Unpacks the headers of this machine's release, with the libraries that they belong to.
unpack_openssl() {
    local folder suite library
    suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
    make_scratch
    fetch_lists openssl "$suite" || return 1
    folder="$scratch/openssl-3"
    mkdir -p "$folder/packages" "$folder/root"
    (
        cd "$folder/packages"
        own_apt apt-get "$scratch/openssl" download libssl-dev
        library=$(dpkg-deb -f libssl-dev*.deb Depends | grep -o 'libssl3[a-z0-9]*' | head -n 1)
        own_apt apt-get "$scratch/openssl" download "$library"
    ) || return 1
    for package in "$folder"/packages/*.deb; do dpkg -x "$package" "$folder/root" || return 1; done
    rm -rf "$folder/packages"
    mv "$folder" .servers/openssl-3
    # Who sources this may end by exec, which runs no trap.
    rm -rf "$scratch"
    scratch=""
}

# Makes sure that a build with the trait TLS finds OpenSSL.
find_openssl() {
    has_openssl && return
    if [ ! -d .servers/openssl-3 ]; then
        if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
            pkg-config --exists 'openssl >= 3' 2>/dev/null && return
            echo "OpenSSL 3's headers are missing, and there is no apt here to get them with: install them." >&2
            return 1
        fi
        echo "getting OpenSSL's headers from this machine's Debian archive ..." >&2
        unpack_openssl || return 1
    fi
    write_pkg_config "$PWD/.servers/openssl-3"
    export PKG_CONFIG_PATH="$PWD/.servers/openssl-3/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
}
