# Sourced: what thread-sanitizer builds link, so that the sanitizer understands Swift's libraries.

# tsan_runtime FOLDER: makes it there, and appends the options for it to the array options.
tsan_runtime() {
    local part
    [ "$(uname)" = Linux ] || return 0
    for part in mutex continuations; do
        clang -O1 -c "Scripts/lib/tsan-$part.c" -o "$1/tsan-$part.o"
        options+=(-Xlinker "$PWD/$1/tsan-$part.o")
    done
}
