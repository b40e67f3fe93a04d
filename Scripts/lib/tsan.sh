# Sourced: what thread-sanitizer builds link, so that the sanitizer understands Swift's libraries.

# tsan_runtime FOLDER: makes it there, and appends the options for it to the array options.
tsan_runtime() {
    [ "$(uname)" = Linux ] || return 0
    local part object
    for part in mutexes continuations; do
        # A name for each version: the package manager links again when its options change, not when a file does.
        object="$PWD/$1/tsan-$part-$(cksum <"Scripts/lib/tsan-$part.c" | cut -d ' ' -f 1).o"
        clang -O1 -Wall -Wextra -c "Scripts/lib/tsan-$part.c" -o "$object"
        options+=(-Xlinker "$object")
    done
}
