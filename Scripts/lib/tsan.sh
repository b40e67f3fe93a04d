# Sourced: what thread-sanitizer builds link, so that the sanitizer understands Swift's libraries.

# tsan_runtime FOLDER: makes it there, and appends the options for it to the array options.
tsan_runtime() {
    [ "$(uname)" = Linux ] || return 0
    # A name for each version: the package manager links again when its options change, not when a file does.
    local object="$PWD/$1/tsan-runtime-$(cksum <Scripts/lib/tsan-runtime.c | cut -d ' ' -f 1).o"
    clang -O1 -Wall -Wextra -c Scripts/lib/tsan-runtime.c -o "$object"
    options+=(-Xlinker "$object")
}
